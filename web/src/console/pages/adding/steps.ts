/** The four steps of adding a device, and which of them the address stands at. */
export const STEPS = ["arrive", "claim", "name", "try"] as const;
export type Step = (typeof STEPS)[number];

interface Address {
  step: string;
  device: string;
  group: string;
}

/** Without a device only the first two can be; a claimed one is not claimed again. */
export function stepOf({ step, device, group }: Address): Step {
  const asked = STEPS.find((each) => each === step);
  if (!device) return asked === "claim" && group ? "claim" : "arrive";
  return asked === "try" ? "try" : "name";
}

/** A code as it may be typed or read by a scanner: an address keeps its `c`. */
export function codeIn(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.includes("://")) return trimmed;
  return /[?&]c=([^&#]+)/.exec(trimmed)?.[1] ?? trimmed;
}
