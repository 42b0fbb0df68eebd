import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { AreaField, Dialog, FormFrame, TextField, useForm } from "../../parts";
import { type Place, save } from "./asking";
import { placeEntry } from "./entry";

/** Names of a place and what people call it. */
export function EditPlace({ place: newest, onDone, onClose }: { place: Place; onDone: () => void; onClose: () => void }) {
  const [place] = useState(newest); // what somebody else saves meanwhile neither changes the fields nor is overwritten: it is refused
  const { t } = useTranslation(["places", "console"]);
  const tell = useNotices((notices) => notices.tell);
  const form = useForm(
    { zh: place.name.zh, en: place.name.en === place.name.zh ? "" : place.name.en, aliases: place.aliases.join("、"), reason: "" },
    ({ reason, ...typed }) => save(place.id, placeEntry(place.entry, typed), place.version, reason),
    () => {
      tell(() => i18next.t("places:saved"));
      onDone();
      onClose();
    },
  );
  return (
    <Dialog title={`${t("rename")} · ${say(place.name)}`} open onClose={onClose}>
      <FormFrame form={form} submit={t("save")} cancel={onClose}>
        <TextField form={form} name="zh" label={t("name.zh")} />
        <TextField form={form} name="en" label={t("name.en")} optional />
        <TextField form={form} name="aliases" label={t("aliases")} hint={t("aliases.hint")} optional />
        <AreaField form={form} name="reason" label={t("console:reason")} hint={t("console:reason.hint")} optional />
      </FormFrame>
    </Dialog>
  );
}
