import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { AreaField, Asked, Dialog, type Form, FormFrame, SelectField, useForm } from "../../parts";
import { askSwap, type Gap, people, roster, type Roster } from "./asking";
import { dayOf, moved } from "./calendar";
import { useRosterWords } from "./words";

const AHEAD_DAYS = 28;

/** Asks somebody to stand in: which of my duties, who, and what of theirs I take in return. */
export function AskSwap({ onDone, onClose }: { onDone: (gaps: Gap[]) => void; onClose: () => void }) {
  const { t } = useTranslation("roster");
  const me = useMe();
  const words = useRosterWords();
  const today = dayOf(Date.now(), words.zone);
  const mine = useQuery(roster(today, moved(today, AHEAD_DAYS), me.id));
  return (
    <Dialog title={t("swap.ask")} open onClose={onClose}>
      <Asked query={mine} lines={4}>
        {(answer) => (dutiesOf(answer, today).length > 0 ? <Fields mine={answer} today={today} onDone={onDone} onClose={onClose} /> : <p>{t("swap.no_duty", { n: AHEAD_DAYS })}</p>)}
      </Asked>
    </Dialog>
  );
}

interface Turn {
  value: string;
  shift: string;
  day: string;
  role: string;
  stint: Roster["stints"][number];
}

/** The duties that are still to come, each once. */
function dutiesOf(answer: Roster, today: string): Turn[] {
  const found = new Map<string, Turn>();
  for (const stint of answer.stints) {
    if (stint.day < today || stint.shift === "override") continue;
    const value = `${stint.day} ${stint.shift}`;
    if (!found.has(value)) found.set(value, { value, shift: stint.shift, day: stint.day, role: stint.role, stint });
  }
  return [...found.values()].sort((a, b) => a.day.localeCompare(b.day));
}

function Fields({ mine, today, onDone, onClose }: { mine: Roster; today: string; onDone: (gaps: Gap[]) => void; onClose: () => void }) {
  const { t } = useTranslation("roster");
  const me = useMe();
  const words = useRosterWords();
  const tell = useNotices((notices) => notices.tell);
  const turns = dutiesOf(mine, today);
  const everybody = useQuery(people);
  const [start] = useState({ shift: turns[0]?.value ?? "", other: "", back_shift: "", note: "" });
  const form: Form<typeof start> = useForm(
    start,
    (body) => {
      const turn = turns.find((each) => each.value === body.shift);
      // chosen for somebody else, or for another duty: no longer on offer, so it is not sent
      const other = able.some((each) => each.id === body.other) ? body.other : "";
      const back = offered.find((each) => each.value === body.back_shift);
      const [back_day, back_shift] = back ? [back.day, back.shift] : [];
      return askSwap({ other, shift: turn?.shift ?? "", day: turn?.day ?? today, note: body.note, ...(back_day && back_shift ? { back_day, back_shift } : {}) });
    },
    ({ gaps }) => {
      tell(() => i18next.t("roster:swap.asked"));
      onDone(gaps);
      onClose();
    },
  );
  const role = turns.find((each) => each.value === form.body.shift)?.role;
  const able = (everybody.data?.items ?? []).filter((each) => each.id !== me.id && role !== undefined && each.roles.includes(role));
  const theirs = useQuery({ ...roster(today, moved(today, AHEAD_DAYS), form.body.other), enabled: form.body.other !== "" });
  const offered = theirs.data ? dutiesOf(theirs.data, today) : [];
  const label = (each: Turn) => `${words.date(each.day)} ${words.weekday(each.day)} ${words.shift({ ...each.stint, name: each.stint.shift_name })} ${words.times(each.stint.begin, each.stint.end)}`;
  return (
    <FormFrame form={form} submit={t("swap.send")} cancel={onClose}>
      <SelectField form={form} name="shift" label={t("swap.mine")} options={turns.map((each) => ({ value: each.value, label: label(each) }))} />
      <SelectField form={form} name="other" label={t("swap.other")} options={[{ value: "", label: t("choose") }, ...able.map((each) => ({ value: each.id, label: each.name }))]} />
      <SelectField
        form={form}
        name="back_shift"
        label={t("swap.in_return")}
        optional
        options={[{ value: "", label: t("swap.nothing") }, ...offered.map((each) => ({ value: each.value, label: label(each) }))]}
      />
      <AreaField form={form} name="note" label={t("note")} optional />
    </FormFrame>
  );
}
