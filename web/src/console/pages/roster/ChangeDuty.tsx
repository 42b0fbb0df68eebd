import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { AreaField, Asked, Dialog, FormFrame, ManyField, TickField, useForm } from "../../parts";
import { people, plan, type RosterPerson, type RosterPlan, savePlan } from "./asking";
import { type Duty, overrideOf, type RosterEntry, withOverrides } from "./entry";
import { useRosterWords } from "./words";

export interface Change {
  duty: Duty;
  title: string;
  day: string;
  /** Who was dragged here, and from where. */
  add?: { id: string; name: string };
  from?: Duty;
  fromTitle?: string;
}

/** Who stands in one duty of one day instead: ticks for everybody who has the role, saved as a change of that time only. */
export function ChangeDuty({ change, onClose }: { change: Change; onClose: () => void }) {
  const { t } = useTranslation("roster");
  const words = useRosterWords();
  const found = useQuery(plan);
  const everybody = useQuery(people);
  return (
    <Dialog title={t(change.duty.shift === null && change.duty.people.length === 0 ? "fill.title" : "change.title")} open onClose={onClose}>
      <p className="confirm-text">
        <b>{change.title}</b>
        <br />
        <span className="numbers">
          {words.date(change.day)} {words.weekday(change.day)} {words.times(change.duty.begin, change.duty.end)}
        </span>
      </p>
      <Asked query={found} lines={4}>
        {(present) => (
          <Asked query={everybody} lines={4}>
            {({ items }) => <Fields change={change} present={present} able={items.filter((each) => each.roles.includes(change.duty.role))} onClose={onClose} />}
          </Asked>
        )}
      </Asked>
    </Dialog>
  );
}

function Fields({ change, present, able, onClose }: { change: Change; present: RosterPlan; able: RosterPerson[]; onClose: () => void }) {
  const { t } = useTranslation(["roster", "console"]);
  const tell = useNotices((notices) => notices.tell);
  const queries = useQueryClient();
  const [start] = useState({ wanted: [...change.duty.people, ...(change.add ? [change.add.id] : [])], leaves: true, reason: "" });
  const form = useForm(
    start,
    async (body) => {
      const here = overrideOf(change.duty, body.wanted);
      const there = change.from && change.add && body.leaves ? overrideOf(change.from, change.from.people.filter((each) => each !== change.add?.id)) : null;
      const fresh = [here, there].filter((each) => each !== null);
      if (fresh.length === 0) return null;
      return savePlan(withOverrides(present.entry as RosterEntry, fresh, Date.now()), present.version, body.reason);
    },
    () => {
      tell(() => i18next.t("roster:changed"));
      void queries.invalidateQueries({ queryKey: ["roster"] });
      onClose();
    },
  );
  return (
    <FormFrame form={form} submit={t("change.save")} cancel={onClose}>
      <ManyField form={form} name="wanted" label={t("change.who")} hint={t("change.hint")} options={able.map((each) => ({ value: each.id, label: each.name }))} />
      {change.add && change.fromTitle ? <TickField form={form} name="leaves" label={t("change.leaves", { name: change.add.name, where: change.fromTitle })} /> : null}
      <AreaField form={form} name="reason" label={t("console:reason")} optional />
    </FormFrame>
  );
}
