import type { Channel } from "./asking";

export type Fare = "good" | "silent" | "failing";

/** How a channel fares: its last word was a failure, it works, or nothing ever went through it. */
export function fareOf(channel: Pick<Channel, "last_success" | "last_failure">): Fare {
  const { last_success, last_failure } = channel;
  if (last_failure && (!last_success || Date.parse(last_failure.at) > Date.parse(last_success))) return "failing";
  return last_success ? "good" : "silent";
}
