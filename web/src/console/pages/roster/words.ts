/** Words for roles, shifts and days that these pages share. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { clock } from "../../../look/format";
import { useMe } from "../../../parts/session";
import { currentLanguage, say } from "../../../text/start";
import { grids } from "./asking";
import { dayOf, kindOf, weekdayOf } from "./calendar";
import { flatGrids } from "./flat";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const KNOWN = ["guard", "worker", "leader", "maintenance", "manager", "checker", "administrator", "auditor", "resident"] as const;

export function useRosterWords() {
  const { t } = useTranslation(["roster", "console"]);
  const me = useMe();
  const zone = me.site.timezone;
  const tree = useQuery(grids);
  const gridName = (id: string) => {
    const known = flatGrids(tree.data?.items ?? []).find((each) => each.id === id);
    return known ? say(known.name) : id;
  };
  const role = (name: string) => {
    const known = KNOWN.find((each) => each === name);
    return known ? t(`console:role.${known}`) : name;
  };
  return {
    zone,
    role,
    weekday: (day: string) => t(`day.${DAYS[weekdayOf(day)] ?? "mon"}`),
    day: (at: string) => dayOf(at, zone),
    /** `11月22日` or `22 Nov`, with the year where it is not this one. */
    date: (day: string) =>
      new Intl.DateTimeFormat(currentLanguage() === "zh" ? "zh-CN" : "en-GB", {
        timeZone: "UTC",
        month: currentLanguage() === "zh" ? "numeric" : "short",
        day: "numeric",
        ...(day.slice(0, 4) === String(new Date().getUTCFullYear()) ? {} : { year: "numeric" }),
      }).format(new Date(`${day}T00:00:00Z`)),
    times: (begin: string, end: string) => `${clock(begin, zone, true)}–${clock(end, zone, true)}`,
    /** Who stands there: the role, and the grid where it has one. */
    seat: (each: { role: string; grid?: string | null }) => (each.grid ? `${role(each.role)} · ${gridName(each.grid)}` : role(each.role)),
    /** The shift's own name, else what it is: a night of the guards, a day of the workers in the first grid. */
    shift: (each: { shift: string; name: { zh: string; en: string }; role: string; grid: string | null; begin: string; end: string }) =>
      each.name.zh && each.name.zh !== each.shift
        ? say(each.name)
        : `${each.grid ? `${role(each.role)} · ${gridName(each.grid)}` : role(each.role)} · ${t(`kind.${kindOf(each.begin, each.end, zone)}`)}`,
  };
}
