import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { IncidentDetail } from "../../api/views";
import { moment } from "../../look/format";
import { useMe } from "../../parts/session";
import { useNow } from "../../parts/useNow";
import { wordsOf } from "../../parts/wordsOf";
import { useStream } from "../../stream/store";
import { currentLanguage, say } from "../../text/start";
import { useActing } from "../acting";

/** What people wrote, and one more line. */
export function Notes({ detail }: { detail: IncidentDetail }) {
  const { t } = useTranslation(["seat", "duty", "common"]);
  const me = useMe();
  const now = useNow();
  const acting = useActing();
  const cut = useStream((stream) => stream.link === "cut");
  const [words, setWords] = useState("");
  const notes = detail.timeline.filter((row) => row.action === "note" || row.action === "called");
  return (
    <section className="card detail-part" aria-labelledby="detail-notes">
      <h3 id="detail-notes">{t("notes.title")}</h3>
      {notes.length === 0 ? <p className="second">{t("notes.none")}</p> : null}
      <ul className="notes">
        {notes.map((row) => (
          <li key={row.id}>
            <p>{row.erased ? t("notes.erased") : wordsOf(row, currentLanguage())}</p>
            <p className="second numbers">
              {say(row.actor_name)} · {moment(row.at, me.site.timezone, currentLanguage(), now)}
            </p>
          </li>
        ))}
      </ul>
      {detail.incident.allowed.includes("note") ? (
        <form
          className="no-print"
          onSubmit={(event) => {
            event.preventDefault();
            if (!words.trim() || cut) return;
            const sent = words;
            // what the gateway did not take stays in the field
            void acting.note(detail.incident, sent.trim()).then((kept) => kept && setWords((now) => (now === sent ? "" : now)));
          }}
        >
          <label className="field">
            <span>{t("duty:case.note.label")}</span>
            <input className="input" value={words} maxLength={500} onChange={(event) => setWords(event.target.value)} />
          </label>
          <button type="submit" className="button" disabled={!words.trim() || cut}>
            {t("duty:act.note")}
          </button>
          {cut ? <p className="second">{t("duty:act.offline")}</p> : null}
        </form>
      ) : null}
    </section>
  );
}
