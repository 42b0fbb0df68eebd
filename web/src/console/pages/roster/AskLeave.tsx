import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { AreaField, DateField, Dialog, FormFrame, useForm } from "../../parts";
import { askLeave, type Gap } from "./asking";
import { dayOf, moved } from "./calendar";
import { useRosterWords } from "./words";

/** Asks for leave: first and last day, and why. */
export function AskLeave({ onDone, onClose }: { onDone: (gaps: Gap[]) => void; onClose: () => void }) {
  const { t } = useTranslation("roster");
  const words = useRosterWords();
  const tell = useNotices((notices) => notices.tell);
  const [start] = useState(() => {
    const tomorrow = moved(dayOf(Date.now(), words.zone), 1);
    return { begin: tomorrow, end: tomorrow, note: "" };
  });
  const form = useForm(start, askLeave, ({ gaps }) => {
    tell(() => i18next.t("roster:leave.asked"));
    onDone(gaps);
    onClose();
  });
  return (
    <Dialog title={t("leave.ask")} open onClose={onClose}>
      <FormFrame form={form} submit={t("leave.send")} cancel={onClose}>
        <DateField form={form} name="begin" label={t("leave.first")} />
        <DateField form={form} name="end" label={t("leave.last")} />
        <AreaField form={form} name="note" label={t("note")} optional />
      </FormFrame>
    </Dialog>
  );
}
