import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { plan } from "./asking";
import type { RosterEntry, ShiftEntry } from "./entry";
import { useRosterWords } from "./words";

/** What a shift of the plan is called: its own name, else its role and grid with its times. */
export function useShiftName(): (shift: ShiftEntry) => string {
  useTranslation("roster");
  const words = useRosterWords();
  return (shift) => say(shift.name) || `${words.seat(shift)} ${shift.from}–${shift.to}`;
}

/** The same by the shift's id; what the plan no longer holds keeps its id. */
export function useShiftNames(): (id: string) => string {
  const found = useQuery(plan);
  const name = useShiftName();
  const shifts = (found.data?.entry as RosterEntry | undefined)?.shifts ?? [];
  return (id) => {
    const shift = shifts.find((each) => each.id === id);
    return shift ? name(shift) : id;
  };
}
