import "./patrols.css";

import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import type { components } from "../../../api/schema";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Confirm, Field, FormFrame, ManyField, NumberField, SelectField, TextField, useForm } from "../../parts";
import { drop, plan, type Round } from "./asking";
import { freshId, startsOf } from "./times";

const ROLES = ["guard", "worker", "maintenance"] as const;
type Point = components["schemas"]["PointView"];

/** One round: its name, when it starts, how long it may take, who walks it, and its points. */
export function EditRound({ round, version = null, taken, points, readOnly = false }: { round: Round | null; version?: number | null; taken: readonly string[]; points: readonly Point[]; readOnly?: boolean }) {
  const { t } = useTranslation(["patrols", "console"]);
  const go = useNavigate();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [asked, setAsked] = useState(false);
  const [start] = useState({
    name: { zh: round?.name.zh ?? "", en: round?.name.en ?? "" },
    starts: (round?.starts ?? []).join(" "),
    minutes: round?.minutes ?? (60 as number | null),
    role: round?.role ?? "guard",
    points: round?.points ?? ([] as string[]),
  });
  const over = () => {
    void queries.invalidateQueries({ queryKey: ["rounds"] });
    void go("/patrols");
  };
  const form = useForm(
    start,
    ({ name, starts, minutes, role, points: chosen }) =>
      plan(round?.id ?? freshId(taken), {
        name: { zh: name.zh || name.en, en: name.en || name.zh },
        starts: startsOf(starts),
        minutes: minutes ?? 0,
        role: ROLES.find((each) => each === role) ?? "guard",
        points: chosen,
        version,
      }),
    (saved) => {
      tell(() => i18next.t("patrols:saved", { name: say(saved.name) }));
      over();
    },
  );
  return (
    <fieldset disabled={readOnly} className="patrol-form">
      <FormFrame form={form} submit={t("save")} cancel={() => void go("/patrols")}>
        <Field form={form} name="name" label={t("name")}>
          {(control) => <input {...control} className="input" value={form.body.name.zh} onChange={(event) => form.set("name", { ...form.body.name, zh: event.target.value })} />}
        </Field>
        <Field form={form} name="name.en" label={t("name.en")} optional>
          {(control) => <input {...control} className="input" value={form.body.name.en} onChange={(event) => form.set("name", { ...form.body.name, en: event.target.value })} />}
        </Field>
        <TextField form={form} name="starts" label={t("starts")} hint={t("starts.hint")} />
        <NumberField form={form} name="minutes" label={t("minutes")} hint={t("minutes.hint")} />
        <SelectField form={form} name="role" label={t("role")} options={ROLES.map((each) => ({ value: each, label: t(`console:role.${each}`) }))} />
        <ManyField form={form} name="points" label={t("points")} hint={t("points.hint")} options={points.map((each) => ({ value: each.key, label: say(each.name) }))} />
      </FormFrame>
      {round && !readOnly ? (
        <p>
          <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked(true)}>
            {t("drop")}
          </button>
        </p>
      ) : null}
      {asked && round ? <Confirm title={t("drop")} text={t("drop.text")} act={t("drop")} reason="none" send={() => drop(round.id)} onDone={over} onClose={() => setAsked(false)} /> : null}
    </fieldset>
  );
}
