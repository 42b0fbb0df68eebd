import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Field, type Form, WhenInput } from "../../parts";
import { grids, people } from "./asking";
import { ROLES } from "./calendar";
import type { ShiftEntry } from "./entry";
import { flatGrids } from "./flat";
import { Teams } from "./Teams";
import { usePeopleNames } from "./usePeopleNames";
import { useShiftName } from "./useShiftNames";
import { useRosterWords } from "./words";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "workday", "restday"] as const;

interface Given<Body extends object> {
  form: Form<Body>;
  shift: ShiftEntry;
  place: number;
  count: number;
  open: boolean;
  turn: () => void;
  put: (shift: ShiftEntry) => void;
  move: (by: number) => void;
  drop: () => void;
}

/** One shift: a line that says it whole, and its fields when it is opened. */
export function ShiftFields<Body extends object>({ form, shift, place, count, open, turn, put, move, drop }: Given<Body>) {
  const { t } = useTranslation("roster");
  const words = useRosterWords();
  const name = useShiftName();
  const who = usePeopleNames();
  const title = name(shift);
  const filled = shift.rotation ? shift.rotation.map((team) => who(team)).join(" → ") : who(shift.people ?? []);
  return (
    <li className="card roster-shift">
      <div className="roster-shift-head">
        <div>
          <b>{title}</b>
          <p className="second">
            {say(shift.name) ? (
              <span className="numbers">
                {shift.from}–{shift.to} {words.seat(shift)} ·{" "}
              </span>
            ) : null}
            {filled}
          </p>
        </div>
        <div className="row-of">
          <button type="button" className="button quiet" disabled={place === 0} aria-label={t("edit.up.of", { what: title })} onClick={() => move(-1)}>
            {t("edit.up")}
          </button>
          <button type="button" className="button quiet" disabled={place === count - 1} aria-label={t("edit.down.of", { what: title })} onClick={() => move(1)}>
            {t("edit.down")}
          </button>
          <button type="button" className="button" aria-expanded={open} aria-label={t(open ? "edit.shut.of" : "edit.open.of", { what: title })} onClick={turn}>
            {t(open ? "edit.shut" : "edit.open")}
          </button>
        </div>
      </div>
      {open ? <Opened form={form} shift={shift} at={`shifts.${place}`} put={put} drop={drop} /> : null}
    </li>
  );
}

function Opened<Body extends object>({ form, shift, at, put, drop }: { form: Form<Body>; shift: ShiftEntry; at: string; put: (shift: ShiftEntry) => void; drop: () => void }) {
  const { t } = useTranslation("roster");
  const words = useRosterWords();
  const everybody = useQuery(people);
  const tree = useQuery(grids);
  const able = (everybody.data?.items ?? []).filter((each) => each.roles.includes(shift.role));
  const days = shift.days ?? [];
  return (
    <div className="roster-shift-fields">
      <div className="roster-two">
        <Field form={form} name={`${at}.name.zh`} label={t("name.zh")} optional>
          {(control) => <input {...control} className="input" value={shift.name?.zh ?? ""} onChange={(event) => put({ ...shift, name: { ...shift.name, zh: event.target.value } })} />}
        </Field>
        <Field form={form} name={`${at}.name.en`} label={t("name.en")} optional>
          {(control) => <input {...control} className="input" value={shift.name?.en ?? ""} onChange={(event) => put({ ...shift, name: { ...shift.name, en: event.target.value } })} />}
        </Field>
        <Field form={form} name={`${at}.role`} label={t("role")}>
          {(control) => (
            <select {...control} className="input" value={shift.role} onChange={(event) => put({ ...shift, role: event.target.value, ...(shift.rotation ? { rotation: [[]] } : { people: [] }) })}>
              {ROLES.map((each) => (
                <option key={each} value={each}>
                  {words.role(each)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field form={form} name={`${at}.grid`} label={t("grid")}>
          {(control) => (
            <select {...control} className="input" value={shift.grid ?? ""} onChange={(event) => put({ ...shift, grid: event.target.value })}>
              <option value="">{t("grid.own")}</option>
              {flatGrids(tree.data?.items ?? []).map((each) => (
                <option key={each.id} value={each.id}>
                  {say(each.name)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field form={form} name={`${at}.from`} label={t("from")}>
          {(control) => <WhenInput {...control} kind="time" value={shift.from.slice(0, 5)} onChange={(from) => put({ ...shift, from })} />}
        </Field>
        <Field form={form} name={`${at}.to`} label={t("to")} hint={t("to.hint")}>
          {(control) => <WhenInput {...control} kind="time" value={shift.to.slice(0, 5)} onChange={(to) => put({ ...shift, to })} />}
        </Field>
      </div>
      <Field form={form} name={`${at}.days`} label={t("days")} hint={t("days.hint")}>
        {({ id, ...control }) => (
          <div {...control} id={id} role="group" aria-label={t("days")} tabIndex={-1} className="many">
            {DAYS.map((each) => (
              <label key={each} className="tick">
                <input type="checkbox" checked={days.includes(each)} onChange={() => put({ ...shift, days: days.includes(each) ? days.filter((other) => other !== each) : [...days, each] })} />
                {t(`day.${each}`)}
              </label>
            ))}
          </div>
        )}
      </Field>
      <Teams form={form} shift={shift} at={at} able={able} put={put} />
      <p>
        <button type="button" className="button" onClick={drop}>
          {t("edit.drop")}
        </button>
      </p>
    </div>
  );
}
