/** What a form writes into the entry of a device: empty fields go away, fields it does not show stay. */
type Entry = Record<string, unknown>;

interface Typed {
  zh: string;
  en: string;
  type: string | null;
  profile: string | null;
  ident: string;
  parent: string | null;
  tags: string;
}

const PARTS = ["building", "unit", "floor", "zone"];

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Words of a line, separated by commas or semicolons of either writing. */
export const wordsIn = (line: string): string[] =>
  line
    .split(/[;；,，]/)
    .map((each) => each.trim())
    .filter(Boolean);

/** The entry as it shall be saved; `parts` are those of a newly chosen place, null: where it stands already. */
export function entryOf(old: Entry, typed: Typed, parts: Record<string, string> | null): Entry {
  const next: Entry = { ...old };
  if (parts) {
    for (const each of PARTS) delete next[each];
    Object.assign(next, parts);
  }
  delete next["state"]; // a device's state changes by steps
  next["name"] = { zh: typed.zh.trim(), ...(typed.en.trim() ? { en: typed.en.trim() } : {}) };
  next["tags"] = wordsIn(typed.tags);
  for (const name of ["type", "profile", "ident", "parent"] as const) next[name] = (typed[name] ?? "").trim();
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== "" && value !== null && !(Array.isArray(value) && value.length === 0)));
}
