import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { Refusal } from "../../../api/client";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { KeepWork } from "../../parts/FormFrame";
import { Confirm, Loading, Sentence, Wrong } from "../../parts";
import { endTrial, type RuleDetail, save, trials, tryOut } from "./asking";
import { BacktestPanel } from "./BacktestPanel";
import { type Plain, TRIAL_DAYS } from "./draft";
import { DraftFields } from "./DraftFields";
import { DraftSide } from "./DraftSide";
import { FirstUse } from "./FirstUse";
import { Frame } from "./Frame";
import { type Start, useDraft } from "./useDraft";
import { useBacktest } from "./useBacktest";

interface Given {
  title: string;
  start: Start;
  /** The rule in force that is changed. */
  live?: RuleDetail | null;
  /** Choose another template. */
  other?: () => void;
}

/** A rule in three steps: when, what then, try it; at the right what the gateway says of it all the while. */
export function Editor({ title, start, live = null, other }: Given) {
  const { t } = useTranslation("rules");
  const me = useMe();
  const draft = useDraft(start);
  const test = useBacktest();
  const [verdicts, setVerdicts] = useState<Record<string, boolean>>({});
  const { send, busy, ask, setAsk, enable } = useSending(start, verdicts);
  const id = String(draft.rule?.["id"] ?? "");
  const fresh = draft.rule !== null && draft.settled;
  const tested = fresh && test.covers(draft.rule as Plain);
  const may = me.permissions.includes("rules.edit");
  const shown = useRef(false);
  useEffect(() => {
    if (!start.proposed || !fresh || shown.current) return;
    shown.current = true; // what somebody proposed is tried at once: its figures are the reason to come here
    void test.start(draft.rule as Plain, "7d");
  }, [start.proposed, fresh, draft.rule, test]);
  return (
    <Frame title={title} {...(live ? { back: t("back"), backTo: `/rules/${encodeURIComponent(live.id)}` } : {})}>
      <FirstUse />
      <KeepWork changed={draft.touched && !busy} />
      <div className="rules-editor">
        <form className="rules-steps" noValidate onSubmit={(event) => event.preventDefault()}>
          {other ? (
            <button type="button" className="button quiet rules-other" onClick={other}>
              {t("choose.other")}
            </button>
          ) : null}
          {start.proposed ? <p className="told">{t("proposed")}</p> : null}
          {draft.error ? <Wrong error={draft.error} retry={draft.retry} /> : null}
          <Step number={1} title={t("step.when")}>
            {draft.form.length === 0 && !start.template && !draft.error ? <Loading retry={draft.retry} /> : null}
            <DraftFields draft={draft} template={start.template} part="when" />
          </Step>
          <Step number={2} title={t("step.then")}>
            <DraftFields draft={draft} template={start.template} part="then" />
          </Step>
          {draft.problems.rest.length > 0 ? (
            <div className="told" role="alert">
              {draft.problems.rest.map((each) => (
                <p key={each.en}>
                  <Sentence text={each} />
                </p>
              ))}
            </div>
          ) : null}
        </form>
        <aside className="rules-side" aria-label={t("side")}>
          <DraftSide draft={draft} live={live} />
          <Step number={3} title={t("step.try")}>
            <BacktestPanel test={test} rule={fresh ? draft.rule : null} tested={tested} live={live !== null} verdicts={verdicts} judge={(hit, real) => setVerdicts((old) => ({ ...old, [hit]: real }))} />
            <div className="form-foot rules-go no-print">
              <button type="button" className="button main" disabled={!may || !tested || busy} onClick={() => (live ? setAsk(true) : void enable(draft.rule as Plain))}>
                {t("enable")}
              </button>
              <button type="button" className="button" disabled={!may || !fresh || busy} onClick={() => void send(() => tryOut(id, draft.rule as Plain), "trial.begun", id)}>
                {t("trial.begin", { n: TRIAL_DAYS })}
              </button>
            </div>
            <p className="second">{t(!may ? "enable.ask" : !fresh ? "enable.wrong" : tested ? "enable.ready" : "enable.first")}</p>
          </Step>
        </aside>
      </div>
      {ask && live && draft.rule ? (
        <Confirm
          title={t("enable.title", { name: say(live.name) })}
          text={<Changes edits={draft.check?.difference ?? []} resets={draft.check?.resets_state ?? false} />}
          act={t("enable.do")}
          reason="needed"
          send={(reason) => enable(draft.rule as Plain, reason)}
          onDone={() => undefined}
          onClose={() => setAsk(false)}
        />
      ) : null}
    </Frame>
  );
}

/** Sending a draft away: put to work, or tried out; then the rule's own page. */
function useSending(start: Start, verdicts: Record<string, boolean>) {
  const queries = useQueryClient();
  const go = useNavigate();
  const { tell, warn } = useNotices();
  const [busy, setBusy] = useState(false);
  const [ask, setAsk] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  const under_way = useRef(false);
  useEffect(() => {
    if (done) void go(`/rules/${encodeURIComponent(done)}`); // once nothing keeps the page any more
  }, [done, go]);
  const finish = (id: string, words: "trial.begun" | "enabled") => {
    tell(() => i18next.t(`rules:${words}`));
    void queries.invalidateQueries({ queryKey: ["rules"] });
    setBusy(true);
    setDone(id);
  };
  const send = async (act: () => Promise<unknown>, words: "trial.begun" | "enabled", id: string) => {
    if (under_way.current) return; // a double press sends once
    under_way.current = true;
    setBusy(true);
    try {
      await act();
      finish(id, words);
    } catch (error) {
      setBusy(false);
      warn(() => (error instanceof Refusal ? say(error.detail) : i18next.t("common:failed")));
    } finally {
      under_way.current = false;
    }
  };
  const enable = async (rule: Plain, reason?: string) => {
    const { enabled: _, ...plain } = rule;
    const id = String(rule["id"]);
    const act = async () => {
      await save(id, plain, start.version, `${reason ?? i18next.t("rules:reason.new")}${judgedWords(verdicts)}`);
      const running = await queries.fetchQuery(trials);
      if (running.items.some((each) => each.shadow.rule === id)) await endTrial(id);
    };
    if (reason === undefined) return send(act, "enabled", id);
    await act(); // the question says what was refused
    finish(id, "enabled");
  };
  return { send, busy, ask, setAsk, enable };
}

/** What was judged of the samples goes into the history with the reason. */
function judgedWords(verdicts: Record<string, boolean>): string {
  const all = Object.values(verdicts);
  if (all.length === 0) return "";
  const real = all.filter(Boolean).length;
  return i18next.t("rules:reason.judged", { real, wrong: all.length - real });
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <section className="card rules-step">
      <h2>
        <span className="rules-number-mark" aria-hidden="true">
          {number}
        </span>
        {title}
      </h2>
      {children}
    </section>
  );
}

function Changes({ edits, resets }: { edits: RuleDetail["versions"][number]["difference"]; resets: boolean }) {
  const { t } = useTranslation("rules");
  if (edits.length === 0) return <p>{t("change.none")}</p>;
  return (
    <>
      <ul className="rules-bullets">
        {edits.map((edit) => (
          <li key={edit.path}>
            <Sentence text={edit.text} />
          </li>
        ))}
      </ul>
      {resets ? <p className="second">{t("change.resets")}</p> : null}
    </>
  );
}
