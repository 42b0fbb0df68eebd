import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { AreaField, Confirm, Field, type Form, FormFrame, useForm } from "../../parts";
import { type Forecast, forecast, saveRetention, settings } from "./asking";
import { asked, type Changeable, type Fields, fieldsOf, putBack, seen, typed } from "./spans";

type Values = Record<string, number | null>;
interface Shorter {
  values: Values;
  foreseen: Forecast;
}

/** All times in one form. What would be deleted is counted first, and asked about once more. */
export function EditRetention({ spans, done, cancel }: { spans: readonly Changeable[]; done: () => void; cancel: () => void }) {
  const { t } = useTranslation(["setup", "console"]);
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [shown] = useState(spans); // the table is asked for anew meanwhile; what somebody types is about what they saw
  const [start] = useState(() => fieldsOf(spans));
  const [shorter, setShorter] = useState<Shorter | null>(null);
  const finish = () => {
    tell(() => i18next.t("setup:kept.saved"));
    void queries.invalidateQueries({ queryKey: settings.queryKey });
    done();
  };
  const send = async (fields: Fields): Promise<Shorter | "saved" | "same"> => {
    const values = asked(shown, fields);
    if (Object.keys(values).length === 0) return "same";
    const foreseen = await forecast(values);
    if (foreseen.shortened.length > 0) return { values, foreseen };
    await saveRetention({ values, versions: seen(shown, values), confirmed: false, reason: fields.reason });
    return "saved";
  };
  const form = useForm(start, send, (answer) => {
    if (answer === "same") cancel();
    else if (answer === "saved") finish();
    else setShorter(answer);
  });
  return (
    <>
      <div className="card kept-form">
        <FormFrame form={form} submit={t("kept.save")} cancel={cancel}>
          {shown.map((each) => (
            <SpanField key={each.setting} form={form} line={each} />
          ))}
          <AreaField form={form} name="reason" label={t("console:reason")} optional />
        </FormFrame>
      </div>
      {shorter ? (
        <Confirm
          title={t("shorter")}
          text={<WhatGoes foreseen={shorter.foreseen} />}
          act={t(shorter.foreseen.losses.some((each) => each.count > 0) ? "shorter.delete" : "shorter.save")}
          reason="none"
          send={() => saveRetention({ values: shorter.values, versions: seen(shown, shorter.values), confirmed: true, reason: form.body.reason })}
          onDone={finish}
          onClose={() => setShorter(null)}
        />
      ) : null}
    </>
  );
}

/** One time: its number, what it may be, who says it, and the way back to the file. */
function SpanField({ form, line }: { form: Form<Fields>; line: Changeable }) {
  const { t } = useTranslation("setup");
  const { setting, span } = line;
  const put = (next: Fields) => {
    form.set("values", next.values);
    form.set("back", next.back);
  };
  const locked = span.variable !== null;
  const hint = locked ? t("kept.locked", { name: span.variable ?? "" }) : t("kept.hint", { least: span.least, most: span.most });
  return (
    <Field form={form} name={`values.${setting}`} label={say(line.name)} hint={hint}>
      {(control) => (
        <div className="kept-entry">
          <input
            {...control}
            className="input numbers kept-number"
            type="number"
            inputMode={span.whole ? "numeric" : "decimal"}
            min={span.least}
            max={span.most}
            step={span.whole ? 1 : "any"}
            disabled={locked}
            value={form.body.values[setting] ?? ""}
            onChange={(event) => put(typed(form.body, setting, event.target.value))}
            onBlur={(event) => {
              if (event.target.value.trim() === "") put(typed(form.body, setting, String(span.value))); // empty is no time
            }}
          />
          <span>{t(`unit.${span.unit}`)}</span>
          {span.source === "page" ? (
            <button type="button" className="button" disabled={form.body.back.includes(setting)} onClick={() => put(putBack(form.body, line))}>
              {t(`kept.back.${span.below_source === "file" ? "file" : "default"}`, { value: t(`kept.${span.unit}`, { n: span.below }) })}
            </button>
          ) : null}
        </div>
      )}
    </Field>
  );
}

/** In plain words what a shorter time deletes, now or later. */
function WhatGoes({ foreseen }: { foreseen: Forecast }) {
  const { t } = useTranslation("setup");
  const gone = foreseen.losses.filter((each) => each.count > 0);
  if (gone.length === 0) return <p>{t("shorter.nothing")}</p>;
  return (
    <>
      <p>{t("shorter.text")}</p>
      <ul className="setup-list">
        {gone.map((each) => (
          <li key={each.setting}>
            <strong>{say(each.text)}</strong>
          </li>
        ))}
      </ul>
      <p>{t("shorter.final")}</p>
    </>
  );
}
