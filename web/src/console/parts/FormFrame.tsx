import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";

import { say } from "../../text/start";
import { Dialog } from "./Dialog";
import { useTyped } from "./KeepTyped";
import { type Form, useFirstProblem } from "./useForm";

/** The frame of a form: what is wrong on top, the fields, the button; asks before unsaved work is left behind. */
export function FormFrame<Body extends object>({ form, submit, cancel, children }: { form: Form<Body>; submit: string; cancel?: () => void; children: ReactNode }) {
  const { t } = useTranslation(["console", "common"]);
  useTyped(form.changed);
  const box = useFirstProblem(form.problems, form.refusal);
  return (
    <form
      ref={box}
      className="form"
      noValidate // the gateway judges; the browser's bubbles would speak its language and show one at a time
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      {form.refusal || form.problems.count > 0 ? (
        <div className="told form-told" role="alert" tabIndex={-1}>
          {form.refusal ? <p>{say(form.refusal)}</p> : <strong>{t("form.wrong", { n: form.problems.count })}</strong>}
          {form.problems.rest.length > 0 ? (
            <ul>
              {form.problems.rest.map((each) => (
                <li key={each.en}>{say(each)}</li>
              ))}
            </ul>
          ) : null}
        </div>
      ) : null}
      {children}
      <div className="form-foot">
        <button type="submit" className="button main" disabled={form.busy}>
          {submit}
        </button>
        {cancel ? (
          <button type="button" className="button" onClick={cancel}>
            {t("common:cancel")}
          </button>
        ) : null}
      </div>
      <KeepWork changed={form.changed && !form.busy} />
    </form>
  );
}

export function KeepWork({ changed }: { changed: boolean }) {
  const { t } = useTranslation("console");
  const blocker = useBlocker(({ currentLocation, nextLocation }) => changed && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (!changed) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [changed]);
  return (
    <Dialog title={t("form.unsaved")} open={blocker.state === "blocked"} onClose={() => blocker.reset?.()}>
      <div className="form-foot">
        <button type="button" className="button main" onClick={() => blocker.reset?.()}>
          {t("form.stay")}
        </button>
        <button type="button" className="button" onClick={() => blocker.proceed?.()}>
          {t("form.leave")}
        </button>
      </div>
    </Dialog>
  );
}
