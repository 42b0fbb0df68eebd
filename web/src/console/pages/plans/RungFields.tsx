import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Field, type Form, SpanInput } from "../../parts";
import type { Rung } from "./entry";
import { ROLES, useWords } from "./useWords";

/** One rung: who is told, one or all, how long it is waited, by what, and what the guard is asked to do by hand. */
export function RungFields<Body extends object>({ form, rung, place, put }: { form: Form<Body>; rung: Rung; place: number; put: (rung: Rung) => void }) {
  const { t } = useTranslation("plans");
  const words = useWords();
  const at = `ladder.${place}`;
  const turned = (list: readonly string[] | undefined, value: string) => ((list ?? []).includes(value) ? (list ?? []).filter((each) => each !== value) : [...(list ?? []), value]);
  const prompt = rung.prompt ?? { zh: "", en: "" };
  return (
    <>
      <Field form={form} name={`${at}.to`} label={`${t("rung", { n: place + 1 })} · ${t("rung.to")}`}>
        {({ id, ...control }) => (
          <div {...control} id={id} role="group" aria-label={t("rung.to")} tabIndex={-1} className="many">
            {["responders", ...ROLES].map((each) => (
              <label key={each} className="tick">
                <input type="checkbox" checked={rung.to.includes(each)} onChange={() => put({ ...rung, to: turned(rung.to, each) })} />
                {words.role(each)}
              </label>
            ))}
          </div>
        )}
      </Field>
      <div className="many">
        <label className="tick">
          <input type="checkbox" checked={rung.everyone ?? false} onChange={(event) => put({ ...rung, everyone: event.target.checked })} />
          {t("rung.everyone")}
        </label>
        <label className="tick">
          <input type="checkbox" checked={rung.off_duty ?? false} onChange={(event) => put({ ...rung, off_duty: event.target.checked })} />
          {t("rung.off_duty")}
        </label>
      </div>
      <Field form={form} name={`${at}.wait`} label={t("rung.wait.label")} hint={t("rung.wait.hint")} optional>
        {(control) => <SpanInput control={control} value={rung.wait ?? ""} onChange={(wait) => put({ ...rung, wait })} />}
      </Field>
      {words.channels.length > 0 ? (
        <Field form={form} name={`${at}.channels`} label={t("rung.channels")} hint={t("rung.channels.hint")}>
          {({ id, ...control }) => (
            <div {...control} id={id} role="group" aria-label={t("rung.channels")} tabIndex={-1} className="many">
              {words.channels.map((each) => (
                <label key={each.name} className="tick">
                  <input type="checkbox" checked={(rung.channels ?? []).includes(each.name)} onChange={() => put({ ...rung, channels: turned(rung.channels, each.name) })} />
                  {say(each.called)}
                </label>
              ))}
            </div>
          )}
        </Field>
      ) : null}
      <div className="plan-two">
        <Field form={form} name={`${at}.prompt`} label={t("rung.prompt")} hint={t("rung.prompt.hint")} optional>
          {(control) => <input {...control} className="input" value={prompt.zh} onChange={(event) => put({ ...rung, prompt: { ...prompt, zh: event.target.value } })} />}
        </Field>
        <Field form={form} name={`${at}.prompt.en`} label={t("rung.prompt.en")} optional>
          {(control) => <input {...control} className="input" value={prompt.en} onChange={(event) => put({ ...rung, prompt: { ...prompt, en: event.target.value } })} />}
        </Field>
      </div>
    </>
  );
}
