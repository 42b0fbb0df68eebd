import { useTranslation } from "react-i18next";

import type { IncidentDetail } from "../api/views";
import { Icon } from "../parts/Icon";
import { useMe } from "../parts/session";
import { useStream } from "../stream/store";
import { useActing } from "./acting";
import { canConfirm, dispatchAction, falseAction } from "./may";
import { DispatchPanel } from "./DispatchPanel";
import { FalsePanel } from "./FalsePanel";
import { asksOf } from "./asks";
import { MorePanel } from "./MorePanel";
import { NotePanel } from "./NotePanel";
import { asksToBeSeen, type Row } from "./rows";
import { ShelvePanel, useShelvable } from "./ShelvePanel";
import { useStation } from "./station";

/** What this person may do to the case now; a button that is missing is not theirs to press. */
export function Actions({ row, detail }: { row: Row; detail: IncidentDetail }) {
  const { t } = useTranslation("duty");
  const { panel, setPanel } = useStation();
  const cut = useStream((stream) => stream.link === "cut");
  const acting = useActing();
  const { incident } = detail;
  const me = useMe();
  const shelvable = useShelvable(row);
  const may = (action: string) => incident.allowed.includes(action);
  if (cut) return <footer className="case-actions second">{t("act.offline")}</footer>;
  if (panel === "dispatch" && dispatchAction(row)) return <DispatchPanel row={row} />;
  if (panel === "false" && falseAction(row)) return <FalsePanel row={row} />;
  if (panel === "rework") {
    return <NotePanel title={t("act.rework")} label={t("check.note")} send={(note) => acting.rework(incident, note)} />;
  }
  if (panel === "note") return <NotePanel title={t("act.note")} label={t("case.note.label")} send={(note) => void acting.note(incident, note)} />;
  if (panel === "more" && asksOf(incident.allowed).length > 0) return <MorePanel detail={detail} />;
  if (panel === "shelve" && shelvable) return <ShelvePanel row={row} alert={shelvable} />;
  const graveGuard = incident.state === "pending_verify" && !may("reject") && (may("accept") || may("dispatch"));
  const confirms = canConfirm(row) && (!asksToBeSeen(row) || me.permissions.includes("alerts.acknowledge"));
  const sends = dispatchAction(row) !== null;
  return (
    <footer className="case-actions">
      {may("close") ? (
        <button type="button" className="button main" onClick={() => acting.close(incident)}>
          <Icon name="check" />
          {t("act.close")}
        </button>
      ) : null}
      {confirms ? (
        <button type="button" className="button main" onClick={() => acting.confirm(row)}>
          <Icon name="check" />
          {t("act.confirm")} <kbd aria-hidden="true">A</kbd>
        </button>
      ) : null}
      {sends ? (
        <button type="button" className={incident.state === "accepted" ? "button main" : "button"} onClick={() => setPanel("dispatch")}>
          <Icon name="send" />
          {t("act.dispatch")} <kbd aria-hidden="true">D</kbd>
        </button>
      ) : null}
      {falseAction(row) ? (
        <button type="button" className="button" onClick={() => setPanel("false")}>
          <Icon name="wrong" />
          {t("act.false")} <kbd aria-hidden="true">F</kbd>
        </button>
      ) : null}
      {may("rework") ? (
        <button type="button" className="button" onClick={() => setPanel("rework")}>
          <Icon name="undo" />
          {t("act.rework")}
        </button>
      ) : null}
      {may("nudge") && (incident.state === "dispatched" || incident.state === "taken") ? (
        <button type="button" className="button" onClick={() => acting.nudge(incident)}>
          {t("act.nudge")}
        </button>
      ) : null}
      <span className="actions-rare">
        {may("note") ? (
          <button type="button" className="button quiet" onClick={() => setPanel("note")}>
            {t("act.note")}
          </button>
        ) : null}
        {shelvable && me.permissions.includes("silences.edit") ? (
          <button type="button" className="button quiet" onClick={() => setPanel("shelve")}>
            {t("act.shelve")} <kbd aria-hidden="true">S</kbd>
          </button>
        ) : null}
        {asksOf(incident.allowed).length > 0 ? (
          <button type="button" className="button quiet" onClick={() => setPanel("more")}>
            {t("act.more")}
            <Icon name="more" />
          </button>
        ) : null}
      </span>
      {graveGuard ? <p className="second actions-why">{t("act.false_manager")}</p> : null}
      {incident.allowed.length === 0 ? <p className="second actions-why">{t("act.unavailable")}</p> : null}
    </footer>
  );
}
