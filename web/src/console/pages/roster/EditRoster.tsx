import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { AreaField, Asked, EmptyYet, FormFrame, KeepTyped, useForm } from "../../parts";
import { plan, type RosterPlan, savePlan } from "./asking";
import { Frame } from "./Frame";
import { freshId, type LeaveEntry, type OverrideEntry, type RosterEntry, type ShiftEntry, tidy } from "./entry";
import { OverrideList } from "./OverrideList";
import { ShiftFields } from "./ShiftFields";
import { ShiftTable } from "./ShiftTable";

/** The shifts behind the calendar: who plans changes them all and saves once; everybody else reads them. */
export function EditRoster() {
  const me = useMe();
  const found = useQuery(plan);
  return (
    <Frame>
      <Asked query={found} lines={8}>
        {(present) =>
          me.permissions.includes("rosters.edit") ? (
            <KeepTyped newest={present} version={present.version}>
              {(began, version, latest) => <Editor present={began} version={version} latest={latest.entry as RosterEntry} />}
            </KeepTyped>
          ) : (
            <ShiftTable shifts={(present.entry as RosterEntry).shifts ?? []} />
          )
        }
      </Asked>
    </Frame>
  );
}

interface Body {
  shifts: ShiftEntry[];
  overrides: OverrideEntry[];
  leave: LeaveEntry[];
  reason: string;
}

function Editor({ present, version, latest }: { present: RosterPlan; version: number; latest: RosterEntry }) {
  const { t } = useTranslation(["roster", "console"]);
  const tell = useNotices((notices) => notices.tell);
  const queries = useQueryClient();
  const [entry] = useState(present.entry as RosterEntry);
  const [start] = useState<Body>({ shifts: entry.shifts ?? [], overrides: entry.overrides ?? [], leave: entry.leave ?? [], reason: "" });
  const [open, setOpen] = useState<string | null>(null);
  const form = useForm(
    start,
    ({ shifts, overrides, leave, reason }) => {
      // what was not touched here stays as it is by now: a duty that somebody changed in the calendar meanwhile is not undone
      const body: RosterEntry = { ...latest };
      if (shifts !== start.shifts) body.shifts = shifts.map(tidy);
      if (overrides !== start.overrides) body.overrides = overrides;
      if (leave !== start.leave) body.leave = leave;
      return savePlan(body, version, reason);
    },
    () => {
      tell(() => i18next.t("roster:saved"));
      void queries.invalidateQueries({ queryKey: ["roster"] });
    },
  );
  const { shifts } = form.body;
  const put = (place: number, shift: ShiftEntry) => form.set("shifts", shifts.map((each, index) => (index === place ? shift : each)));
  const add = () => {
    const id = freshId(shifts);
    form.set("shifts", [...shifts, { id, role: "guard", from: "08:00", to: "20:00", people: [] }]);
    setOpen(id);
  };
  const move = (place: number, by: number) => {
    const next = [...shifts];
    const [taken] = next.splice(place, 1);
    if (taken) next.splice(place + by, 0, taken);
    form.set("shifts", next);
  };
  return (
    <FormFrame form={form} submit={t("edit.save")}>
      {present.warnings.length > 0 ? (
        <div className="told" role="status">
          <p>
            <b>{t("edit.warnings")}</b>
          </p>
          <ul className="roster-warnings">
            {present.warnings.map((each) => (
              <li key={each.path + each.message.en}>{say(each.message)}</li>
            ))}
          </ul>
        </div>
      ) : null}
      <section aria-labelledby="roster-shifts">
        <h2 id="roster-shifts">{t("edit.shifts", { n: shifts.length })}</h2>
        {shifts.length === 0 ? <EmptyYet icon="today" title={t("edit.none")} /> : null}
        <ol className="roster-shifts">
          {shifts.map((shift, place) => (
            <ShiftFields
              key={shift.id}
              form={form}
              shift={shift}
              place={place}
              count={shifts.length}
              open={open === shift.id || Object.keys(form.problems.fields).some((name) => name.startsWith(`shifts.${place}.`))}
              turn={() => setOpen(open === shift.id ? null : shift.id)}
              put={(next) => put(place, next)}
              move={(by) => move(place, by)}
              drop={() => form.set("shifts", shifts.filter((each) => each.id !== shift.id))}
            />
          ))}
        </ol>
        <button type="button" className="button" onClick={add}>
          <Icon name="plus" />
          {t("edit.add")}
        </button>
      </section>
      <OverrideList overrides={form.body.overrides} leave={form.body.leave} dropOverride={(place) => form.set("overrides", form.body.overrides.filter((_, index) => index !== place))} dropLeave={(place) => form.set("leave", form.body.leave.filter((_, index) => index !== place))} />
      <AreaField form={form} name="reason" label={t("console:reason")} optional />
    </FormFrame>
  );
}
