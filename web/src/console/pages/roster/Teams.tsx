import { useTranslation } from "react-i18next";

import { Field, type Form, WhenInput } from "../../parts";
import type { RosterPerson } from "./asking";
import type { ShiftEntry } from "./entry";

/** Who fills a shift: the same people each time, or teams one after the other. */
export function Teams<Body extends object>({ form, shift, at, able, put }: { form: Form<Body>; shift: ShiftEntry; at: string; able: RosterPerson[]; put: (shift: ShiftEntry) => void }) {
  const { t } = useTranslation("roster");
  const turning = shift.rotation !== undefined;
  const teams = shift.rotation ?? [];
  const same = () => {
    const { rotation, start: _start, turn_days: _turn, ...rest } = shift;
    put({ ...rest, people: rest.people ?? rotation?.[0] ?? [] });
  };
  const turn = () => {
    const { people, ...rest } = shift;
    put({ ...rest, rotation: [people ?? []], turn_days: shift.turn_days ?? 1 });
  };
  const ticks = (chosen: readonly string[], change: (next: string[]) => void) =>
    able.map((each) => (
      <label key={each.id} className="tick">
        <input type="checkbox" checked={chosen.includes(each.id)} onChange={() => change(chosen.includes(each.id) ? chosen.filter((one) => one !== each.id) : [...chosen, each.id])} />
        {each.name}
      </label>
    ));
  return (
    <>
      <div className="segmented" role="group" aria-label={t("teams.how")}>
        <button type="button" aria-pressed={!turning} onClick={same}>
          {t("teams.same")}
        </button>
        <button type="button" aria-pressed={turning} onClick={turn}>
          {t("teams.turn")}
        </button>
      </div>
      {turning ? (
        <>
          <div className="roster-two">
            <Field form={form} name={`${at}.start`} label={t("teams.start")} hint={t("teams.start.hint")}>
              {(control) => <WhenInput {...control} kind="date" value={shift.start ?? ""} onChange={(start) => put({ ...shift, start })} />}
            </Field>
            <Field form={form} name={`${at}.turn_days`} label={t("teams.days")} hint={t("teams.days.hint")}>
              {(control) => <input {...control} className="input numbers" type="number" min={1} value={shift.turn_days ?? 1} onChange={(event) => put({ ...shift, turn_days: Number(event.target.value) })} />}
            </Field>
          </div>
          {teams.map((team, place) => (
            <Field key={place} form={form} name={`${at}.rotation.${place}`} label={t("teams.team", { n: place + 1 })}>
              {({ id, ...control }) => (
                <div {...control} id={id} role="group" aria-label={t("teams.team", { n: place + 1 })} tabIndex={-1} className="many">
                  {ticks(team, (next) => put({ ...shift, rotation: teams.map((each, index) => (index === place ? next : each)) }))}
                </div>
              )}
            </Field>
          ))}
          <p className="row-of">
            <button type="button" className="button" onClick={() => put({ ...shift, rotation: [...teams, []] })}>
              {t("teams.add")}
            </button>
            {teams.length > 1 ? (
              <button type="button" className="button" onClick={() => put({ ...shift, rotation: teams.slice(0, -1) })}>
                {t("teams.drop")}
              </button>
            ) : null}
          </p>
        </>
      ) : (
        <Field form={form} name={`${at}.people`} label={t("teams.people")}>
          {({ id, ...control }) => (
            <div {...control} id={id} role="group" aria-label={t("teams.people")} tabIndex={-1} className="many">
              {ticks(shift.people ?? [], (next) => put({ ...shift, people: next }))}
            </div>
          )}
        </Field>
      )}
    </>
  );
}
