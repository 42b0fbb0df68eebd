import i18next from "i18next";
import { memo } from "react";
import { useTranslation } from "react-i18next";

import { span, spent } from "../look/format";
import { Icon } from "../parts/Icon";
import { LevelChip } from "../parts/Level";
import { useNow } from "../parts/useNow";
import { useStream } from "../stream/store";
import { currentLanguage, say } from "../text/start";
import { useActing } from "./acting";
import { canConfirm, dispatchAction, falseAction } from "./may";
import { asksToBeSeen, type Row } from "./rows";
import { useStation } from "./station";

interface Props {
  row: Row;
  open: boolean;
  gone: boolean;
}

/**
 * One line: level, what, how long; where, what state. Its three buttons come up under pointer, focus or choice.
 *
 * It is drawn anew only when its own row changes; what counts the seconds does that for itself.
 */
export const Line = memo(function Line({ row, open, gone }: Props) {
  const { t } = useTranslation(["duty", "common"]);
  const language = currentLanguage();
  const select = useStation((station) => station.select);
  const toggle = useStation((station) => station.toggle);
  const ticked = useStation((station) => (station.chosen === null ? null : station.chosen.has(row.key)));
  return (
    <li className={`line ${row.level}${open ? " open" : ""}${gone ? " gone" : ""}`} data-key={row.key}>
      <div className="line-top">
        {ticked !== null ? (
          <label className="line-tick">
            <input type="checkbox" checked={ticked} aria-label={t("batch.tick", { title: say(row.title, language) })} onChange={() => toggle(row.key)} />
          </label>
        ) : null}
        <LevelChip level={row.level} />
        <button type="button" className="line-title" aria-current={open ? "true" : undefined} onClick={() => select(row.key)}>
          {row.incident?.drill ? `【${t("common:drill")}】` : ""}
          {say(row.title, language)}
        </button>
        <Age row={row} />
      </div>
      <div className="line-foot">
        <span className="line-place">
          {say(row.place, language)}
          {row.count > 1 ? <span className="numbers"> · {t("row.times", { n: row.count })}</span> : null}
        </span>
        <span className="line-state">{stateWords(row, t("row.warning"), t("row.seen"), t("row.nobody"))}</span>
        <Buttons row={row} open={open} />
      </div>
      <DueBar row={row} />
    </li>
  );
});

function stateWords(row: Row, warning: string, seen: string, nobody: string): string {
  if (row.alert) return row.alert.acknowledged_name ? `${row.alert.acknowledged_name} ${seen}` : warning;
  const state = say(row.incident?.state_name);
  if (row.tab === "waiting" && !asksToBeSeen(row)) return state;
  return `${state} · ${row.who ?? nobody}`;
}

function Age({ row }: { row: Row }) {
  const now = useNow();
  const left = row.dueAt === null ? null : Date.parse(row.dueAt) - now;
  const late = left !== null && left < 0;
  const shown = span(now - Date.parse(row.openedAt), currentLanguage());
  return <time className={late ? "line-age late" : "line-age"}>{late ? i18next.t("duty:row.overdue", { span: span(left, currentLanguage()) }) : shown}</time>;
}

function DueBar({ row }: { row: Row }) {
  const now = useNow();
  const part = spent(row.openedAt, row.dueAt, now);
  if (part === null || row.tab === "gone") return null;
  return (
    <span className="due" aria-hidden="true">
      <span style={{ width: `${Math.round(part * 100)}%` }} className={part >= 1 ? "over" : part >= 0.8 ? "near" : ""} />
    </span>
  );
}

function Buttons({ row, open }: { row: Row; open: boolean }) {
  const { t } = useTranslation("duty");
  const acting = useActing();
  const select = useStation((station) => station.select);
  const cut = useStream((stream) => stream.link === "cut");
  if (cut) return null; // what cannot be sent is not offered
  const reach = open ? 0 : -1; // the keyboard reaches the buttons of the open line; J and K move between lines
  return (
    <span className="line-buttons">
      {canConfirm(row) ? (
        <button type="button" tabIndex={reach} className="button small" onClick={() => acting.confirm(row)}>
          <Icon name="check" />
          {t("act.confirm")}
        </button>
      ) : null}
      {dispatchAction(row) ? (
        <button type="button" tabIndex={reach} className="button small" onClick={() => select(row.key, "dispatch")}>
          {t("act.dispatch")}
        </button>
      ) : null}
      {falseAction(row) ? (
        <button type="button" tabIndex={reach} className="button small" onClick={() => select(row.key, "false")}>
          {t("act.false")}
        </button>
      ) : null}
    </span>
  );
}
