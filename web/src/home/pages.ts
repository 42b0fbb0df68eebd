export type Page = "duty" | "m" | "report";

const DOORS: Record<Page, string[]> = {
  duty: ["guard", "manager", "leader", "checker", "administrator", "auditor"],
  m: ["worker", "leader", "maintenance", "guard", "manager"],
  report: ["resident", "worker", "guard", "manager", "leader"],
};

/** The pages these roles work on, in the order of use. */
export function pagesFor(roles: string[]): Page[] {
  return (Object.keys(DOORS) as Page[]).filter((page) => DOORS[page].some((role) => roles.includes(role)));
}
