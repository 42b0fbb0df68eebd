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
