import type { Duty } from "../api/views";

export type Person = Duty["grids"][number]["people"][number];

/** Returns everybody on duty once, those who serve this grid first (with `near`), the others in the order given. */
export function nearFirst(duty: Duty | null, grid: string | null): { person: Person; near: boolean }[] {
  const grids = duty?.grids ?? [];
  const here = new Set(grids.filter((each) => each.grid === grid).flatMap((each) => each.people).map((person) => person.id));
  const people = [...new Map(grids.flatMap((each) => each.people).map((person) => [person.id, person])).values()];
  const marked = people.map((person) => ({ person, near: here.has(person.id) }));
  return [...marked.filter(({ near }) => near), ...marked.filter(({ near }) => !near)];
}
