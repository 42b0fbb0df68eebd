import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { LevelChip, PickOne, Wrong } from "../../parts";
import { kinds, type TrialEvent, type TrialRule, tryOut } from "./asking";
import { factsOf } from "./standing";
import { useKindNames } from "./useKindNames";
import { valueWords } from "./words";

/** “What would happen if it said …”: an event made up here, and what every rule would say. Nothing is raised by it. */
export function TrialBox({ id }: { id: string }) {
  const { t } = useTranslation("devices");
  const tree = useQuery(kinds);
  const [kind, setKind] = useState<string | null>(null);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const tried = useMutation({ mutationFn: ({ name, data }: { name: string; data: Record<string, unknown> }) => tryOut(id, name, data) });
  const chosen = tree.data?.items.find((each) => each.kind === kind);
  const facts = chosen?.facts ?? [];
  return (
    <section className="no-print">
      <h2>{t("trial")}</h2>
      <p className="second">{t("trial.text")}</p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (kind) tried.mutate({ name: kind, data: factsOf(typed, facts) });
        }}
      >
        <div className="field">
          <span className="devices-label">{t("trial.kind")}</span>
          <PickOne
            label={t("trial.kind")}
            value={kind}
            onChange={(value) => {
              setKind(value);
              setTyped({});
              tried.reset();
            }}
            choices={(tree.data?.items ?? []).map((each) => ({ value: each.kind, label: say(each.name) }))}
          />
        </div>
        {facts.length > 0 ? (
          <details>
            <summary className="devices-more">{t("trial.facts")}</summary>
            <div className="devices-facts">
              {facts.map((fact) => (
                <label key={fact.name} className="field">
                  <span>
                    {say(valueWords(fact.name))}
                    {fact.unit ? ` (${fact.unit})` : ""}
                  </span>
                  {fact.choices.length > 0 || fact.type === "bool" ? (
                    <select className="input" value={typed[fact.name] ?? ""} onChange={(event) => setTyped({ ...typed, [fact.name]: event.target.value })}>
                      <option value="">–</option>
                      {(fact.type === "bool" ? ["true", "false"] : fact.choices).map((each) => (
                        <option key={each} value={each}>
                          {fact.type === "bool" ? t(each === "true" ? "yes" : "no") : each}
                        </option>
                      ))}
                    </select>
                  ) : (
                    <input className="input" value={typed[fact.name] ?? ""} onChange={(event) => setTyped({ ...typed, [fact.name]: event.target.value })} />
                  )}
                </label>
              ))}
            </div>
          </details>
        ) : null}
        <div className="form-foot">
          <button type="submit" className="button main" disabled={!kind || tried.isPending}>
            {t("trial.go")}
          </button>
        </div>
      </form>
      {tried.error ? <Wrong error={tried.error} /> : null}
      {tried.data ? <TrialAnswer events={tried.data.events} refused={tried.data.refused} /> : null}
    </section>
  );
}

/** What the rules would say to each event of a trial, those that would speak first. */
export function TrialAnswer({ events, refused }: { events: readonly TrialEvent[]; refused: readonly string[] }) {
  const { t } = useTranslation("devices");
  const kindName = useKindNames();
  return (
    <div className="devices-trial" role="status">
      {refused.map((why) => (
        <p key={why} className="told" lang="en">
          {why}
        </p>
      ))}
      {events.map((event) => (
        <div key={`${event.kind}${event.at}`} className="told">
          <p>
            <strong>{event.rules.some((rule) => rule.outcome !== "nothing") ? t("trial.speaks") : t("trial.silent")}</strong> <span className="second">{kindName(event.kind)}</span>
          </p>
          <ul className="devices-rules">
            {[...event.rules].sort((a, b) => Number(b.outcome !== "nothing") - Number(a.outcome !== "nothing")).map((rule) => (
              <RuleAnswer key={rule.rule} rule={rule} />
            ))}
          </ul>
          <p className="second">{t("trial.nothing")}</p>
        </div>
      ))}
    </div>
  );
}

function RuleAnswer({ rule }: { rule: TrialRule }) {
  const { t } = useTranslation("devices");
  const speaks = rule.outcome !== "nothing";
  return (
    <li className={speaks ? undefined : "second"}>
      <span aria-hidden="true">{speaks ? "✓" : "–"}</span> <span className="only-heard">{t(speaks ? "yes" : "no")}</span>
      <b>{say(rule.name)}</b> {rule.level === "L1" || rule.level === "L2" || rule.level === "L3" || rule.level === "L4" ? <LevelChip level={rule.level} /> : null} {say(rule.sentence)}
    </li>
  );
}
