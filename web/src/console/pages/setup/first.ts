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
  sound: "/channels/trials",
  backup: "/backups",
  check: "/system",
};

export interface Standing {
  step: Step;
  /** null: nobody but a person can tell */
  done: boolean | null;
}

/** How far this box is. */
export function standings(settings: Settings): Standing[] {
  const { site, integrations, retention } = settings;
  const broker = integrations.find((each) => each.kind === "broker");
  const done: Record<Step, boolean | null> = {
    zone: site.timezone !== "",
    people: site.people > 1,
    places: site.grids > 0,
    devices: site.devices > 0 && broker?.status === "ok",
    rules: null,
    sound: null,
    backup: retention.some((each) => each.what === "backups"),
    check: integrations.every((each) => each.status === "ok" || each.status === "off"),
  };
  return STEPS.map((step) => ({ step, done: done[step] }));
}
