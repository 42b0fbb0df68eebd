import type { Incident } from "../api/views";

export type Step = "take" | "arrive" | "resolve";
export const STEPS: Step[] = ["take", "arrive", "resolve"];

/** The one next thing to do, or null when it is somebody else's turn. */
export function nextStep(incident: Incident): Step | null {
  return STEPS.find((step) => incident.allowed.includes(step) && !(step === "resolve" && incident.allowed.includes("arrive"))) ?? null;
}

/** How far the case is: how many of the three steps are behind it. */
export function stepsDone(incident: Incident): number {
  const done: Record<string, number> = { taken: 1, suspended: 1, on_scene: 2, resolved: 3, closed: 3 };
  return done[incident.state] ?? 0;
}

const OPEN = ["dispatched", "taken", "on_scene", "suspended"];

/** My open tasks: what is due first stands first; without a due time, the oldest. */
export function myTasks(incidents: Incident[], me: string): Incident[] {
  const mine = incidents.filter((incident) => OPEN.includes(incident.state) && (isMine(incident, me) || incident.allowed.includes("take")));
  return mine.sort((a, b) => {
    const [dueA, dueB] = [a.due?.at ?? "9999", b.due?.at ?? "9999"];
    return dueA < dueB ? -1 : dueA > dueB ? 1 : a.opened_at < b.opened_at ? -1 : 1;
  });
}

export function isMine(incident: Incident, me: string): boolean {
  return incident.owner === me || incident.assignees.some((person) => person.id === me);
}
