import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { IncidentDetail } from "../api/views";
import { useStream } from "../stream/store";
import { say } from "../text/start";
import { useActing } from "./acting";
import { type Ask, type AskField, ASKS, asksOf, fieldsOf, isComplete, sentOf } from "./asks";
import { LEVELS } from "./rows";
import { useStation } from "./station";

const HOURS = ["1", "4", "12", "24", "72"] as const;

/** The rarer things that may be done to a case now: first which, then only what that one asks. */
export function MorePanel({ detail }: { detail: IncidentDetail }) {
  const { t } = useTranslation(["duty", "common"]);
  const { setPanel } = useStation();
  const acting = useActing();
  const [chosen, choose] = useState<Ask | null>(null);
  const asks = asksOf(detail.incident.allowed);
  const ask = chosen !== null && asks.includes(chosen) ? chosen : null;
  if (ask !== null) return <AskPanel ask={ask} detail={detail} back={() => choose(null)} />;
  return (
    <div className="case-actions panel" role="group" aria-label={t("act.more")}>
      <h3>{t("act.more")}</h3>
      <div className="reasons">
        {asks.map((each, index) => (
          <button
            key={each}
            type="button"
            className="button"
            autoFocus={index === 0}
            onClick={() => (ASKS[each].length === 0 ? acting.other(detail.incident, each, {}) : choose(each))}
          >
            {t(`more.${each}`)}
          </button>
        ))}
        <button type="button" className="button quiet" onClick={() => setPanel(null)}>
          {t("common:cancel")}
        </button>
      </div>
    </div>
  );
}

function AskPanel({ ask, detail, back }: { ask: Ask; detail: IncidentDetail; back: () => void }) {
  const { t } = useTranslation(["duty", "common"]);
  const acting = useActing();
  const { incident } = detail;
  const [values, setValues] = useState<Record<string, string>>({});
  const ready = isComplete(ask, values, incident.level);
  return (
    <form
      className="case-actions panel"
      aria-label={t(`more.${ask}`)}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) acting.other(incident, ask, sentOf(ask, values, incident.level, Date.now()));
      }}
    >
      <h3>{t(`more.${ask}`)}</h3>
      <p className="second">{t(`more.about.${ask}`)}</p>
      <div className="ask-fields">
        {fieldsOf(ask, values, incident.level).map((field, index) => (
          <OneField
            key={field.name}
            field={field}
            first={index === 0}
            detail={detail}
            value={values[field.name] ?? ""}
            change={(value) => setValues((all) => ({ ...all, [field.name]: value }))}
          />
        ))}
      </div>
      <div className="panel-buttons">
        <button type="submit" className="button main" disabled={!ready}>
          {t("common:confirm")}
        </button>
        <button type="button" className="button" onClick={back}>
          {t("common:cancel")}
        </button>
      </div>
    </form>
  );
}

type FieldProps = { field: AskField; first: boolean; detail: IncidentDetail; value: string; change: (value: string) => void };

function OneField({ field, first, detail, value, change }: FieldProps) {
  const { t } = useTranslation(["duty", "common"]);
  const label = t(`ask.${field.name}`) + (field.optional ? t("ask.optional") : "");
  if (field.name === "level" || field.name === "until" || field.name === "into") {
    return (
      <label className="field">
        <span>{label}</span>
        <select className="input" autoFocus={first} value={value} onChange={(event) => change(event.target.value)}>
          <option value="">{t("ask.choose")}</option>
          {field.name === "into" ? <Cases detail={detail} /> : null}
          {field.name === "until" ? HOURS.map((hours) => <option key={hours} value={hours}>{t(`ask.until.${hours}`)}</option>) : null}
          {field.name === "level"
            ? LEVELS.filter((level) => level !== detail.incident.level).map((level) => <option key={level} value={level}>{t(`common:level.${level}`)}</option>)
            : null}
        </select>
      </label>
    );
  }
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        autoFocus={first}
        value={value}
        maxLength={200}
        inputMode={field.name === "number" ? "tel" : "text"}
        list={field.name === "agency" ? "agencies" : undefined}
        onChange={(event) => change(event.target.value)}
      />
      {field.name === "agency" ? (
        <datalist id="agencies">
          {(["fire", "police", "medical", "power", "gas", "street"] as const).map((each) => (
            <option key={each} value={t(`agency.${each}`)} />
          ))}
        </datalist>
      ) : null}
    </label>
  );
}

/** Open cases that are as grave, those of the same building first. */
function Cases({ detail }: { detail: IncidentDetail }) {
  const { incident } = detail;
  const all = useStream((stream) => stream.live.incidents);
  const near = (building: string | null) => (building !== null && building === incident.building ? 0 : 1);
  const fitting = Object.values(all)
    .filter((each) => each.number !== incident.number && each.closed_at === null && each.level <= incident.level && each.drill === incident.drill)
    .sort((a, b) => near(a.building) - near(b.building) || (a.opened_at < b.opened_at ? 1 : -1));
  return fitting.slice(0, 50).map((each) => (
    <option key={each.number} value={each.number}>
      {say(each.title)} · {say(each.place)} · {each.number.split("-").pop()}
    </option>
  ));
}
