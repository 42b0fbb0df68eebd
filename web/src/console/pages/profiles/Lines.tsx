import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { PickOne } from "../../parts";
import { valueWords } from "../devices/words";
import { kinds } from "./asking";
import { codeField, type Draft, decided, fact, isUndecided, type Line, outcomeOf, undecided, valueShown, valueTyped } from "./draft";

/** What each code means: an event of a kind with its facts, or nothing to be noted. */
export function Lines({ draft, paths, onChange }: { draft: Draft; paths: readonly string[]; onChange: (draft: Draft) => void }) {
  const { t } = useTranslation("profiles");
  const field = codeField(draft);
  const change = (place: number, line: Line | null) => onChange({ ...draft, kinds: draft.kinds.flatMap((each, at) => (at !== place ? [each] : line ? [line] : [])) });
  return (
    <>
      <ol className="profiles-lines">
        {draft.kinds.map((line, place) => (
          <li key={place} className={isUndecided(line) ? "card profiles-line profiles-open" : "card profiles-line"}>
            <OneLine line={line} place={place} paths={paths} onChange={(next) => change(place, next)} {...(draft.kinds.length > 1 ? { onDrop: () => change(place, null) } : {})} />
          </li>
        ))}
      </ol>
      {field ? (
        <button type="button" className="button" onClick={() => onChange({ ...draft, kinds: [...draft.kinds, { field, equals: "", ...undecided() }] })}>
          {t("line.add")}
        </button>
      ) : null}
    </>
  );
}

function OneLine({ line, place, paths, onChange, onDrop }: { line: Line; place: number; paths: readonly string[]; onChange: (line: Line) => void; onDrop?: () => void }) {
  const { t } = useTranslation("profiles");
  const tree = useQuery(kinds);
  const chosen = tree.data?.items.find((each) => each.kind === line.kind);
  const choices = [{ value: "ignore", label: t("line.ignore") }, ...(tree.data?.items ?? []).map((each) => ({ value: each.kind, label: `${say(each.name)} · ${each.kind}` }))];
  const name = t("line.number", { n: place + 1 });
  return (
    <>
      {line.field ? (
        <label className="field">
          <span>
            {t("line.when")}{" "}
            <b className="code" lang="en">
              {line.field}
            </b>{" "}
            =
          </span>
          <input className="input short" value={valueShown(line.equals)} onChange={(event) => onChange({ ...line, equals: valueTyped(event.target.value, line.equals) })} />
        </label>
      ) : (
        <p>{t("line.every")}</p>
      )}
      <div className="field">
        <span>{t("line.means")}</span>
        <PickOne label={`${name} ${t("line.means")}`} value={outcomeOf(line) || null} onChange={(value) => onChange(decided(line, value ?? ""))} loading={tree.isPending} choices={choices} />
      </div>
      {chosen && chosen.facts.length > 0 && paths.length > 0 ? (
        <details>
          <summary className="profiles-more">{t("line.facts")}</summary>
          <div className="profiles-facts">
            {chosen.facts.map((each) => (
              <label key={each.name} className="field">
                <span>{say(valueWords(each.name))}</span>
                <select className="input" value={valueShown(line.data?.[each.name])} onChange={(event) => onChange(fact(line, each.name, event.target.value))}>
                  <option value="">–</option>
                  {paths.map((path) => (
                    <option key={path} value={path} lang="en">
                      {path}
                    </option>
                  ))}
                </select>
              </label>
            ))}
          </div>
        </details>
      ) : null}
      {onDrop ? (
        <button type="button" className="button quiet" aria-label={`${t("line.drop")} ${name}`} onClick={onDrop}>
          {t("line.drop")}
        </button>
      ) : null}
    </>
  );
}
