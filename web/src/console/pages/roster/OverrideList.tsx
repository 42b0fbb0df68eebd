import { useTranslation } from "react-i18next";

import { clock } from "../../../look/format";
import type { LeaveEntry, OverrideEntry } from "./entry";
import { usePeopleNames } from "./usePeopleNames";
import { useRosterWords } from "./words";

interface Given {
  overrides: readonly OverrideEntry[];
  leave: readonly LeaveEntry[];
  dropOverride: (place: number) => void;
  dropLeave: (place: number) => void;
}

/** Changes for a while and planned leave, each with the way to take it back. */
export function OverrideList({ overrides, leave, dropOverride, dropLeave }: Given) {
  const { t } = useTranslation("roster");
  const words = useRosterWords();
  const who = usePeopleNames();
  if (overrides.length + leave.length === 0) return null;
  const at = (moment: string) => (/(Z|[+-]\d\d:?\d\d)$/.test(moment) ? `${words.date(words.day(moment))} ${clock(moment, words.zone, true)}` : `${words.date(moment.slice(0, 10))} ${moment.slice(11, 16)}`);
  return (
    <section aria-labelledby="roster-changes">
      <h2 id="roster-changes">{t("overrides")}</h2>
      <ul className="roster-requests">
        {overrides.map((each, place) => (
          <li className="card roster-request" key={`${each.from}${each.role}${place}`}>
            <div>
              <p>
                <span className="numbers">
                  {at(each.from)} – {at(each.to)}
                </span>{" "}
                {words.role(each.role)}
              </p>
              <p>
                <b>
                  {each.remove?.length ? t("overrides.off", { names: who(each.remove) }) : ""} {each.add?.length ? t("overrides.on", { names: who(each.add) }) : ""}
                </b>
              </p>
            </div>
            <button type="button" className="button" aria-label={t("overrides.drop.of", { what: at(each.from) })} onClick={() => dropOverride(place)}>
              {t("overrides.drop")}
            </button>
          </li>
        ))}
        {leave.map((each, place) => (
          <li className="card roster-request" key={`${each.person}${each.from}`}>
            <p>
              <b>{t("leave.line", { name: who([each.person]), span: `${words.date(each.from)} – ${words.date(each.to)}` })}</b>
            </p>
            <button type="button" className="button" aria-label={t("overrides.drop.of", { what: who([each.person]) })} onClick={() => dropLeave(place)}>
              {t("overrides.drop")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
