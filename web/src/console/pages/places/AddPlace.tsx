import i18next from "i18next";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Dialog, FormFrame, SelectField, TextField, useForm } from "../../parts";
import { type Place, save } from "./asking";
import { idInside, KINDS_IN, placeEntry } from "./entry";

/** One more place, at the top or inside another one; its id begins with that of the place it lies in. */
export function AddPlace({ parent, onDone, onClose }: { parent: Place | null; onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation(["places", "console"]);
  const tell = useNotices((notices) => notices.tell);
  const kinds = KINDS_IN[parent?.kind ?? "top"];
  const form = useForm(
    { kind: (kinds[0] ?? "area") as string, zh: "", en: "", part: "", aliases: "" },
    ({ kind, part, ...typed }) => {
      const id = idInside(parent?.id ?? null, part);
      const base = { kind, ...(parent ? { parent: parent.id, part: part.trim() } : {}) };
      return save(id, placeEntry(base, typed), 0, "");
    },
    () => {
      tell(() => i18next.t("places:added"));
      onDone();
      onClose();
    },
  );
  const part = form.body.part.trim();
  return (
    <Dialog title={parent ? t("add.in", { name: say(parent.name) }) : t("add")} open onClose={onClose}>
      <FormFrame form={form} submit={t("add.go")} cancel={onClose}>
        <SelectField form={form} name="kind" label={t("kind")} options={kinds.map((each) => ({ value: each, label: t(`kind.${each}`) }))} />
        <TextField form={form} name="zh" label={t("name.zh")} />
        <TextField form={form} name="en" label={t("name.en")} optional />
        <TextField form={form} name="part" label={t("number")} hint={part ? t("number.becomes", { id: idInside(parent?.id ?? null, part) }) : t("number.hint")} />
        <TextField form={form} name="aliases" label={t("aliases")} hint={t("aliases.hint")} optional />
      </FormFrame>
    </Dialog>
  );
}
