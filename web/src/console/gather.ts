import { type ConsolePage, type Group, GROUPS, type Role } from "./page";

/** Everything wrong with a set of pages, one line each, naming both when two want the same. */
export function mistakesIn(pages: Record<string, ConsolePage>): string[] {
  const mistakes: string[] = [];
  const taken = new Map<string, string>();
  for (const [file, page] of Object.entries(pages)) {
    const folder = file.split("/").slice(-2)[0] ?? "";
    if (page.noun !== folder) mistakes.push(`${file}: the noun is "${page.noun}", the folder is "${folder}"`);
    for (const path of page.paths) {
      const shape = path.replace(/:\w+/g, ":");
      const other = taken.get(shape);
      if (!/^\/([\w-]+|:\w+|\/)*$/.test(path)) mistakes.push(`${file}: "${path}" is no address of ours`);
      if (other) mistakes.push(`${file}: "${path}" belongs to ${other}`);
      taken.set(shape, file);
    }
    if (/^\/(login|duty|wall|m|report|api|assets|health|metrics|problems|in)(\/|$)/.test(page.paths[0])) mistakes.push(`${file}: "${page.paths[0]}" belongs to another door`);
  }
  return mistakes;
}

export interface MenuItem {
  group: Group;
  pages: ConsolePage[];
}

/** The menu of these roles: groups in their order, each with what the person works with and may open. */
export function menuOf(pages: ConsolePage[], roles: readonly string[], permissions: readonly string[]): MenuItem[] {
  const shown = pages.filter((page) => page.roles.some((role: Role) => roles.includes(role)) && mayOpen(page, permissions));
  return GROUPS.map((group) => ({
    group,
    pages: shown.filter((page) => page.group === group).sort((a, b) => a.order - b.order || a.noun.localeCompare(b.noun)),
  })).filter((item) => item.pages.length > 0);
}

export function mayOpen(page: ConsolePage, permissions: readonly string[]): boolean {
  return page.permission === null || permissions.includes(page.permission);
}

/** The page in which an address lies: of several that cover it, as `/devices` and `/devices/new` do, the nearest. */
export function pageAt(pages: ConsolePage[], here: string): ConsolePage | null {
  const covering = pages.flatMap((page) => page.paths.filter((path) => covers(path, here)).map((path) => ({ page, length: fixedPart(path).length })));
  return covering.reduce<(typeof covering)[number] | null>((best, each) => (best === null || each.length > best.length ? each : best), null)?.page ?? null;
}

const fixedPart = (path: string): string => path.split("/:")[0] ?? path;

/** Whether an address belongs to a path, below it included: `/rules/x` lies in `/rules`. */
function covers(path: string, here: string): boolean {
  const fixed = fixedPart(path);
  return fixed === "/" ? here === "/" : here === fixed || here.startsWith(`${fixed}/`);
}
