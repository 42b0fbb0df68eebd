import { useTranslation } from "react-i18next";

import { EmptyYet, type Column, Rows } from "../../parts";
import type { ShiftEntry } from "./entry";
import { usePeopleNames } from "./usePeopleNames";
import { useShiftName } from "./useShiftNames";
import { useRosterWords } from "./words";

/** The shifts to read: who fills them, when, in which turn. */
export function ShiftTable({ shifts }: { shifts: readonly ShiftEntry[] }) {
  const { t } = useTranslation("roster");
  const words = useRosterWords();
  const name = useShiftName();
  const who = usePeopleNames();
  const columns: [Column<ShiftEntry>, ...Column<ShiftEntry>[]] = [
    { key: "name", title: t("shift"), value: name },
    { key: "role", title: t("role"), value: (each) => words.role(each.role) },
    { key: "times", title: t("times"), value: (each) => `${each.from}–${each.to}` },
    { key: "who", title: t("shift.who"), value: (each) => (each.rotation ? each.rotation.map((team) => who(team)).join(" → ") : who(each.people ?? [])) },
  ];
  return <Rows caption={t("tab.shifts")} rows={shifts} columns={columns} id={(each) => each.id} empty={<EmptyYet icon="today" title={t("edit.none")} />} />;
}
