import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Alert } from "../api/views";
import { clock } from "../look/format";
import { useMe } from "../parts/session";
import { useStream } from "../stream/store";
import { useActing } from "./acting";
import type { Row } from "./rows";
import { type Extent, extentsOf, untilOf, whereOf } from "./shelving";
import { useStation } from "./station";

const REASONS = ["work", "repair", "moving", "faulty"] as const;
type Length = "15" | "60" | "shift" | "own";

/** The alert that a line is shelved by: its own, or the first of its case. */
export function useShelvable(row: Row | null): Alert | null {
  const alerts = useStream((stream) => stream.live.alerts);
  if (row === null) return null;
  return row.alert ?? row.incident?.alerts.map((id) => alerts[id]).find((alert) => alert !== undefined) ?? null;
}

/** Shelving: length and extent are already chosen, one click on the reason does it. Red needs the manager. */
export function ShelvePanel({ row, alert }: { row: Row; alert: Alert }) {
  const { t } = useTranslation(["duty", "common"]);
  const me = useMe();
  const acting = useActing();
  const { setPanel } = useStation();
  const relief = useRelief();
  const [length, setLength] = useState<Length>("15");
  const [hours, setHours] = useState("2");
  const [extent, setExtent] = useState<Extent>(extentsOf(alert)[0] ?? "rule");
  const [words, setWords] = useState("");
  const red = row.level === "L1";
  const may = !red || me.permissions.includes("rules.edit");
  const own = Number(hours);
  const wrong = length === "own" && !(own > 0 && own <= 24);
  const send = (reason: string) => {
    if (wrong || !reason.trim()) return;
    const chosen = length === "shift" && relief !== null ? { at: relief } : { minutes: length === "own" ? own * 60 : Number(length) };
    acting.shelve(row, { where: whereOf(alert, extent), until: untilOf(chosen, Date.now()), reason: reason.trim(), level: red ? "L1" : null });
  };
  if (!may) {
    return (
      <div className="case-actions panel" role="group" aria-label={t("shelve.title")}>
        <p>{t("shelve.red")}</p>
        <div className="panel-buttons">
          <button type="button" className="button" autoFocus onClick={() => setPanel(null)}>
            {t("common:close")}
          </button>
        </div>
      </div>
    );
  }
  return (
    <form
      className="case-actions panel shelve"
      aria-label={t("shelve.title")}
      onSubmit={(event) => {
        event.preventDefault();
        send(words);
      }}
    >
      <h3>{t("shelve.title")}</h3>
      <div className="chips" role="group" aria-label={t("shelve.length")}>
        {(["15", "60", ...(relief !== null ? (["shift"] as const) : []), "own"] as const).map((each) => (
          <button key={each} type="button" className="button" aria-pressed={length === each} onClick={() => setLength(each)}>
            {t(`shelve.length.${each}`)}
            {each === "shift" && relief !== null ? ` ${clock(relief, me.site.timezone, true)}` : ""}
          </button>
        ))}
        {length === "own" ? (
          <label className="shelve-hours">
            <input className="input" type="number" min="0.5" max="24" step="0.5" value={hours} aria-invalid={wrong} onChange={(event) => setHours(event.target.value)} />
            <span>{t("shelve.hours")}</span>
          </label>
        ) : null}
      </div>
      <div className="chips" role="group" aria-label={t("shelve.extent")}>
        {extentsOf(alert).map((each) => (
          <button key={each} type="button" className="button" aria-pressed={extent === each} onClick={() => setExtent(each)}>
            {t(`shelve.extent.${each}`)}
          </button>
        ))}
      </div>
      <p className="second">{t("shelve.why")}</p>
      <div className="reasons">
        {REASONS.map((reason, index) => (
          <button key={reason} type="button" className="button main" autoFocus={index === 0} disabled={wrong} onClick={() => send(t(`shelve.reason.${reason}`))}>
            {t(`shelve.reason.${reason}`)}
          </button>
        ))}
        <input className="input shelve-words" value={words} maxLength={200} aria-label={t("shelve.reason.other")} placeholder={t("shelve.reason.other")} onChange={(event) => setWords(event.target.value)} />
        <button type="submit" className="button" disabled={!words.trim() || wrong}>
          {t("common:confirm")}
        </button>
        <button type="button" className="button quiet" onClick={() => setPanel(null)}>
          {t("common:cancel")}
        </button>
      </div>
    </form>
  );
}

/** When the guards of this shift are relieved. */
function useRelief(): string | null {
  const duty = useStream((stream) => stream.live.duty);
  const ends = (duty?.grids ?? []).flatMap((grid) => grid.people).filter((person) => person.roles.includes("guard")).map((person) => person.until);
  return ends.find((at) => at !== null && Date.parse(at) > Date.now()) ?? null;
}
