import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import { AreaField, Field, FormFrame, NumberField, SpanInput, useForm } from "../../parts";
import { type Plan, save } from "./asking";
import { type Line, LINE_KINDS, type PlanEntry, type Rung, shifted, tidy } from "./entry";
import { RungFields } from "./RungFields";
import { ROLES, useWords } from "./useWords";

interface Body {
  name: { zh: string; en: string };
  checklist: Line[];
  ladder: Rung[];
  loops: number | null;
  loop_every: string;
  need_acks: number | null;
  reason: string;
}

/** The whole plan in one form: every mistake comes back at once, to its line; open cases keep the plan they have. */
export function EditPlan({ plan, version, done, cancel }: { plan: Plan; version: number; done: () => void; cancel: () => void }) {
  const { t } = useTranslation(["plans", "console"]);
  const words = useWords();
  const [entry] = useState(plan.entry as PlanEntry);
  const [start] = useState<Body>({
    name: { zh: plan.name.zh, en: plan.name.en },
    checklist: entry.checklist ?? [],
    ladder: entry.ladder ?? [],
    loops: entry.loops ?? 0,
    loop_every: entry.loop_every ?? "",
    need_acks: entry.need_acks ?? 1,
    reason: "",
  });
  const form = useForm(
    start,
    ({ reason, loops, need_acks, ...body }) => save(plan.id, tidy({ ...entry, ...body, loops: loops ?? 0, need_acks: need_acks ?? 1 }), version, reason),
    done,
  );
  const { checklist, ladder } = form.body;
  const putLine = (place: number, line: Line) => form.set("checklist", checklist.map((each, index) => (index === place ? line : each)));
  return (
    <FormFrame form={form} submit={t("save")} cancel={cancel}>
      <div className="plan-two">
        <Field form={form} name="name" label={t("name.zh")}>
          {(control) => <input {...control} className="input" value={form.body.name.zh} onChange={(event) => form.set("name", { ...form.body.name, zh: event.target.value })} />}
        </Field>
        <Field form={form} name="name.en" label={t("name.en")}>
          {(control) => <input {...control} className="input" value={form.body.name.en} onChange={(event) => form.set("name", { ...form.body.name, en: event.target.value })} />}
        </Field>
      </div>
      <section aria-labelledby="plan-edit-checklist">
        <h2 id="plan-edit-checklist">{t("checklist")}</h2>
        <p className="second hint">{t("checklist.hint")}</p>
        <ol className="plan-edit">
          {checklist.map((line, place) => (
            <li key={place} className="card plan-line">
              <div className="plan-two">
                <Field form={form} name={`checklist.${place}`} label={t("line", { n: place + 1 })}>
                  {(control) => <input {...control} className="input" value={line.zh} onChange={(event) => putLine(place, { ...line, zh: event.target.value })} />}
                </Field>
                <Field form={form} name={`checklist.${place}.en`} label={t("line.en", { n: place + 1 })} optional>
                  {(control) => <input {...control} className="input" value={line.en} onChange={(event) => putLine(place, { ...line, en: event.target.value })} />}
                </Field>
              </div>
              <div className="plan-two">
                <Field form={form} name={`checklist.${place}.kind`} label={t("line.kind")}>
                  {(control) => (
                    <select {...control} className="input" value={line.kind ?? ""} onChange={(event) => putLine(place, { ...line, kind: event.target.value })}>
                      <option value="">{t("line.any")}</option>
                      {LINE_KINDS.map((each) => (
                        <option key={each} value={each}>
                          {t(`asks.${each}`)}
                        </option>
                      ))}
                    </select>
                  )}
                </Field>
                <Field form={form} name={`checklist.${place}.sign`} label={t("line.sign")}>
                  {(control) => (
                    <select {...control} className="input" value={line.sign ?? ""} onChange={(event) => putLine(place, { ...line, sign: event.target.value })}>
                      <option value="">{t("line.anybody")}</option>
                      {ROLES.map((each) => (
                        <option key={each} value={each}>
                          {words.role(each)}
                        </option>
                      ))}
                    </select>
                  )}
                </Field>
              </div>
              <Order what={t("line", { n: place + 1 })} place={place} count={checklist.length} move={(by) => form.set("checklist", shifted(checklist, place, by))} drop={() => form.set("checklist", checklist.filter((_, index) => index !== place))} />
            </li>
          ))}
        </ol>
        <button type="button" className="button" onClick={() => form.set("checklist", [...checklist, { zh: "", en: "" }])}>
          <Icon name="plus" />
          {t("line.add")}
        </button>
      </section>
      <section aria-labelledby="plan-edit-ladder">
        <h2 id="plan-edit-ladder">{t("ladder")}</h2>
        <p className="second hint">{t("ladder.hint")}</p>
        <ol className="plan-edit">
          {ladder.map((rung, place) => (
            <li key={place} className="card plan-line">
              <RungFields form={form} rung={rung} place={place} put={(next) => form.set("ladder", ladder.map((each, index) => (index === place ? next : each)))} />
              <Order what={t("rung", { n: place + 1 })} place={place} count={ladder.length} move={(by) => form.set("ladder", shifted(ladder, place, by))} drop={() => form.set("ladder", ladder.filter((_, index) => index !== place))} />
            </li>
          ))}
        </ol>
        <button type="button" className="button" onClick={() => form.set("ladder", [...ladder, { to: ["leader", "manager"], everyone: true, off_duty: true }])}>
          <Icon name="plus" />
          {t("rung.add")}
        </button>
      </section>
      <div className="plan-two">
        <NumberField form={form} name="need_acks" label={t("need_acks")} hint={t("need_acks.hint")} />
        <Field form={form} name="loops" label={t("loops")}>
          {(control) => (
            <select {...control} className="input" value={form.body.loops ?? 0} onChange={(event) => form.set("loops", Number(event.target.value))}>
              {[...new Set([0, 1, 2, 3, 5, 10, -1, form.body.loops ?? 0])].map((each) => (
                <option key={each} value={each}>
                  {each === 0 ? t("loops.never") : each < 0 ? t("loops.always") : t("loops.n", { n: each })}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field form={form} name="loop_every" label={t("loop_every")} optional>
          {(control) => <SpanInput control={control} value={form.body.loop_every} onChange={(text) => form.set("loop_every", text)} />}
        </Field>
      </div>
      <AreaField form={form} name="reason" label={t("console:reason")} optional />
    </FormFrame>
  );
}

/** Up, down, away: dragging is never the only way. */
function Order({ what, place, count, move, drop }: { what: string; place: number; count: number; move: (by: number) => void; drop: () => void }) {
  const { t } = useTranslation("plans");
  return (
    <p className="row-of">
      <button type="button" className="button quiet" disabled={place === 0} aria-label={t("up.of", { what })} onClick={() => move(-1)}>
        {t("up")}
      </button>
      <button type="button" className="button quiet" disabled={place === count - 1} aria-label={t("down.of", { what })} onClick={() => move(1)}>
        {t("down")}
      </button>
      <button type="button" className="button quiet" aria-label={t("away.of", { what })} onClick={drop}>
        {t("away")}
      </button>
    </p>
  );
}
