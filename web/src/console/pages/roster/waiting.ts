import type { components } from "../../../api/schema";

type Requests = components["schemas"]["RequestList"];

/** How many requests wait for this person: swaps that others ask of them, and leave for who plans. */
export function waitsFor(requests: Requests, id: string, plans: boolean): number {
  const swaps = requests.swaps.filter((each) => each.state === "asked" && each.other.id === id).length;
  const leave = plans ? requests.leave.filter((each) => each.state === "asked" && each.person.id !== id).length : 0;
  return swaps + leave;
}
