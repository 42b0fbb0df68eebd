import { useQuery } from "@tanstack/react-query";

import { everybody } from "../../api/gateway";
import { useMe } from "../../parts/session";
import { useStream } from "../../stream/store";
import { namesOf } from "./people";

/** The people whose name may be chosen, with their logins; who is already asked for stays in the list. */
export function usePeople(asked: string): [string, string][] {
  const me = useMe();
  const duty = useStream((stream) => stream.live.duty);
  const cases = useStream((stream) => stream.live.incidents);
  const all = useQuery({ queryKey: ["people"], queryFn: everybody, staleTime: 600_000, enabled: me.permissions.includes("people.read") });
  return namesOf([me, ...(duty?.grids ?? []).flatMap((grid) => grid.people), ...Object.values(cases).flatMap((each) => each.assignees), ...(all.data?.items ?? [])], asked);
}
