/** What the forms of this page write into an entry: empty fields go away, what a form does not show stays. */
type Entry = Record<string, unknown>;

/** Words of a line, parted by commas or semicolons of either writing. */
export const wordsIn = (line: string): string[] =>
  line
    .split(/[;；,，、]/)
    .map((each) => each.trim())
    .filter(Boolean);

const without = (entry: Entry): Entry => Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== "" && value !== null && !(Array.isArray(value) && value.length === 0)));

export function placeEntry(old: Entry, typed: { zh: string; en: string; aliases: string }): Entry {
  const name = { zh: typed.zh.trim(), ...(typed.en.trim() ? { en: typed.en.trim() } : {}) };
  return without({ ...old, name, aliases: wordsIn(typed.aliases) });
}

export function homeEntry(old: Entry, typed: { care: readonly string[]; tags: string; grid: string }): Entry {
  return without({ ...old, care: [...typed.care], tags: wordsIn(typed.tags), grid: typed.grid });
}

/** The id that a place inside another one gets: the parent's, then its own part. */
export function idInside(parent: string | null, part: string): string {
  const own = part.trim().toLowerCase();
  return parent ? `${parent}-${own}` : own;
}

type Kind = "site" | "building" | "unit" | "floor" | "home" | "area";

/** What may lie directly in a place of a kind, the usual one first. */
export const KINDS_IN: Record<Kind | "top", readonly Kind[]> = {
  top: ["building", "area"],
  site: ["building", "area"],
  building: ["unit", "floor", "home", "area"],
  unit: ["floor", "home", "area"],
  floor: ["home", "area"],
  home: [],
  area: ["area", "building"],
};
