/** The way from an empty box to the first alarm, step by step: what is done is worked out, nothing is ticked by hand. */
import type { Settings } from "./asking";

export const STEPS = ["zone", "people", "places", "devices", "rules", "sound", "backup", "check"] as const;
export type Step = (typeof STEPS)[number];

/** Where each step is done. */
export const WHERE: Record<Step, string> = {
  zone: "/setup",
  people: "/people",
  places: "/places/new",
  devices: "/devices/add",
  rules: "/rules/packs",
  sound: "/drills",
  backup: "/backups",
  check: "/system",
};

export interface Standing {
  step: Step;
  /** null: nobody but a person can tell */
  done: boolean | null;
}

/** What other pages know of it; null: not read yet, or not for this person. */
export interface Known {
  /** a rule is in force */
  ruled: boolean | null;
  /** an alarm of a test was heard at a desk */
  heard: boolean | null;
}

/** How far this box is. */
export function standings(settings: Settings, known: Known): Standing[] {
  const { site, integrations, retention } = settings;
  const broker = integrations.find((each) => each.kind === "broker");
  const done: Record<Step, boolean | null> = {
    zone: site.timezone !== "",
    people: site.people > 1,
    places: site.grids > 0,
    devices: site.devices > 0 && broker?.status === "ok",
    rules: known.ruled,
    sound: known.heard,
    backup: retention.some((each) => each.what === "backups"),
    check: integrations.every((each) => each.status === "ok" || each.status === "off"),
  };
  return STEPS.map((step) => ({ step, done: done[step] }));
}

/** The step to do now: the first that is not done, then the first that a person has to judge; null: all is done. */
export function nextOf(steps: readonly Standing[]): Step | null {
  return (steps.find((each) => each.done === false) ?? steps.find((each) => each.done === null))?.step ?? null;
}
