export type Page = "duty" | "m" | "report";

const DOORS: Record<Page, string[]> = {
  duty: ["guard", "manager", "leader", "checker", "administrator", "auditor"],
  m: ["worker", "leader", "maintenance", "guard", "manager"],
  report: ["resident", "worker", "guard", "manager", "leader"],
};

/** Pages of the console that people read who do not work in it: without a door nobody would find them. */
export type Beside = "devices" | "plans" | "roster";

const BESIDE: Record<Beside, string[]> = {
  devices: ["guard", "maintenance"],
  plans: ["guard"],
  roster: ["guard", "worker", "maintenance"],
};

export function besideFor(roles: string[]): Beside[] {
  return (Object.keys(BESIDE) as Beside[]).filter((page) => BESIDE[page].some((role) => roles.includes(role)));
}

/** The pages these roles work on, in the order of use. */
export function pagesFor(roles: string[]): Page[] {
  return (Object.keys(DOORS) as Page[]).filter((page) => DOORS[page].some((role) => roles.includes(role)));
}
