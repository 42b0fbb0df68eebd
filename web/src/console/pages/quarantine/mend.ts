import type { Group } from "./asking";

export type Mend = "register" | "describe" | "correct" | "look";

/** What has to be done before messages of a group can be read: its code says who is asked. */
export function mendOf(group: Pick<Group, "code">): Mend {
  if (group.code === "unknown_device") return "register";
  if (group.code === "no_profile") return "describe";
  return ["unknown_code", "no_kind", "identity", "codec", "malformed"].includes(group.code) ? "correct" : "look";
}

/** Where the mend is made. */
export function wayTo(group: Pick<Group, "code" | "topic" | "profile" | "id">): string | null {
  const mend = mendOf(group);
  if (mend === "register") return `/devices/add?group=${encodeURIComponent(group.id)}`;
  if (mend === "describe") return `/profiles/new?topic=${encodeURIComponent(group.topic)}`;
  return group.profile ? `/profiles/${encodeURIComponent(group.profile.split("@")[0] ?? "")}` : null;
}

/** What a replay came to, in the order a person cares: read, read before, passed over, still waiting, gone; zeros are left out. */
export function outcomes(found: Readonly<Record<"stored" | "duplicate" | "ignored" | "unread" | "gone", number>>): ["stored" | "duplicate" | "ignored" | "unread" | "gone", number][] {
  return (["stored", "duplicate", "ignored", "unread", "gone"] as const).map((each): [typeof each, number] => [each, found[each]]).filter(([, count]) => count > 0);
}
