import type { components } from "../../api/schema";

type Remedy = components["schemas"]["RemedyView"];

/** Where a proposal is carried out: the rule's editor with the one change filled in, or the device's page. */
export function wayOf(remedy: Pick<Remedy, "kind" | "rule" | "path" | "value" | "device">): string | null {
  if (remedy.kind === "device") return remedy.device ? `/devices/${encodeURIComponent(remedy.device)}` : null;
  if (!remedy.rule) return null;
  const rule = `/rules/${encodeURIComponent(remedy.rule)}`;
  if (remedy.kind === "look" || !remedy.path) return rule;
  return `${rule}/edit?${new URLSearchParams({ set: remedy.path, to: JSON.stringify(remedy.value) }).toString()}`;
}
