import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { candidates as readCandidates } from "../api/gateway";
import { say } from "../text/start";
import { useActing } from "./acting";
import { dispatchAction } from "./may";
import type { Row } from "./rows";
import { useStation } from "./station";

/** Who goes: the best person is already chosen, with the reason; one more click or Enter sends them. */
export function DispatchPanel({ row, close }: { row: Row; close?: () => void }) {
  const { t } = useTranslation(["duty", "common"]);
  const { setPanel } = useStation();
  const acting = useActing();
  const number = row.incident?.number ?? "";
  const list = useQuery({ queryKey: ["candidates", number], queryFn: () => readCandidates(number), staleTime: 0 });
  const [chosen, setChosen] = useState<string | null>(null);
  const ok = useRef<HTMLButtonElement>(null);
  const people = list.data ?? [];
  const suggested = people[0];
  const person = people.find((each) => each.person === chosen) ?? suggested;
  const ready = person !== undefined;
  useEffect(() => {
    if (ready) ok.current?.focus();
  }, [ready]);
  return (
    <form
      className="case-actions panel"
      aria-label={t("dispatch.title")}
      onSubmit={(event) => {
        event.preventDefault();
        if (!person) return;
        acting.dispatch(row, { id: person.person, name: person.name }, t("dispatch.reason.default"));
        close?.();
      }}
    >
      <fieldset>
        <legend>{t(dispatchAction(row) === "reassign" ? "dispatch.reason.default" : "dispatch.title")}</legend>
        {list.isSuccess && people.length === 0 ? <p>{t("dispatch.nobody")}</p> : null}
        <div className="people">
          {people.map((each) => (
            <label key={each.person} className={each === person ? "person chosen" : "person"}>
              <input type="radio" name="person" checked={each === person} onChange={() => setChosen(each.person)} />
              <span>
                <b>{each.name}</b>
                {each === suggested ? <em>{t("dispatch.suggested")}</em> : null}
                {each.on_duty ? null : <em className="off">{t("dispatch.off")}</em>}
                <span className="second">{say(each.reason)}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="panel-buttons">
        <button type="submit" ref={ok} className="button main" disabled={!person}>
          {t("common:confirm")} <kbd aria-hidden="true">Enter</kbd>
        </button>
        <button type="button" className="button" onClick={() => (close ? close() : setPanel(null))}>
          {t("common:cancel")}
        </button>
      </div>
    </form>
  );
}
