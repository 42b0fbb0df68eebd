import { useQuery } from "@tanstack/react-query";

import { say } from "../../../text/start";
import { kinds } from "./asking";

/** What happened, in words: `contact.opened` as “开启”; one that has no words stays as it is written. */
export function useKindNames(): (kind: string) => string {
  const found = useQuery(kinds);
  return (kind) => say(found.data?.items.find((each) => each.kind === kind)?.name) || kind;
}
