import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, Field, FormFrame, KeepTyped, PickOne, TextField, useForm, useSetUrl } from "../../parts";
import { TYPE_CHOICES, typeWords } from "../devices/words";
import { PickSpot } from "../places/PickSpot";
import { activate, type Registered, registration } from "./asking";

/** Step 3: name, type and place, and into service. */
export function NameIt({ id, group }: { id: string; group: string }) {
  const { t } = useTranslation("adding");
  const me = useMe();
  const found = useQuery(registration(id));
  const set = useSetUrl();
  return (
    <Asked query={found} lines={5}>
      {(registered) => {
        const claimed = registered.state === "claimed";
        if (claimed && me.permissions.includes("devices.edit")) {
          return (
            <KeepTyped newest={registered} version={registered.version}>
              {(began, version) => <Naming registered={began} version={version} group={group} />}
            </KeepTyped>
          );
        }
        return (
          <div className="told">
            <p>{claimed ? t("name.manager", { id }) : t("name.already", { id })}</p>
            <div className="form-foot">
              <button type="button" className="button main" onClick={() => set({ step: "try", device: id, group })}>
                {t("name.try")}
              </button>
              <Link className="button" to={`/devices/${encodeURIComponent(id)}`}>
                {t("open")}
              </Link>
            </div>
          </div>
        );
      }}
    </Asked>
  );
}

function Naming({ registered, version, group }: { registered: Registered; version: number; group: string }) {
  const { t } = useTranslation("adding");
  const set = useSetUrl();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const old = (registered.entry["name"] ?? {}) as { zh?: string; en?: string };
  const type = registered.entry["type"];
  const form = useForm(
    { zh: old.zh ?? "", en: old.en ?? "", type: typeof type === "string" && type ? type : (null as string | null), place: null as string | null },
    ({ zh, en, type: chosen, place }) => {
      const name = { ...(zh.trim() ? { zh: zh.trim() } : {}), ...(en.trim() ? { en: en.trim() } : {}) };
      return activate(registered.id, { ...(zh.trim() || en.trim() ? { name } : {}), ...(chosen ? { type: chosen } : {}) }, place, version);
    },
    () => {
      tell(() => i18next.t("adding:name.done", { id: registered.id }));
      void queries.invalidateQueries({ queryKey: ["devices"] });
      set({ step: "try", device: registered.id, group });
    },
  );
  return (
    <section>
      <h2>{t("name.title", { id: registered.id })}</h2>
      <FormFrame form={form} submit={t("name.go")}>
        <TextField form={form} name="zh" label={t("name.zh")} hint={t("name.hint")} />
        <TextField form={form} name="en" label={t("name.en")} optional />
        <Field form={form} name="type" label={t("type")} hint={t("type.hint")}>
          {(control) => <PickOne control={control} value={form.body.type} onChange={(value) => form.set("type", value)} choices={TYPE_CHOICES.map((each) => ({ value: each, label: say(typeWords(each)) }))} />}
        </Field>
        <Field form={form} name="place" label={t("place")} hint={t("place.hint")}>
          {(control) => <PickSpot control={control} value={form.body.place} onChange={(value) => form.set("place", value)} />}
        </Field>
      </FormFrame>
    </section>
  );
}
