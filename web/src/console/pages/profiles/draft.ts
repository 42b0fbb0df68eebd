/** A draft of a profile, and what pointing at a field does to it. Pure: a draft in, another one out. */

export interface Line {
  field?: string;
  equals?: unknown;
  kind?: string;
  ignore?: { code: string; reason: string };
  data?: Record<string, unknown>;
  [more: string]: unknown;
}

export interface Draft {
  id: string;
  name: { zh: string; en?: string };
  identity?: unknown;
  time?: unknown;
  dedup?: unknown;
  fields?: Record<string, unknown>;
  kinds: Line[];
  samples: unknown[];
  [more: string]: unknown;
}

/** What a field may be pointed out as; `state:battery` is a value that holds. */
export type Role = "" | "identity" | "time" | "code" | "unique" | `state:${string}`;

const UNDECIDED = "undecided";

/** The path that an identity or a time is read from, if it is one plain path. */
function pathIn(value: unknown): string {
  if (typeof value === "string") return value;
  const from = typeof value === "object" && value !== null ? (value as { from?: unknown }).from : undefined;
  return typeof from === "string" ? from : "";
}

const listed = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : []);

/** The path that the lines of the table ask for. */
export const codeField = (draft: Draft): string => draft.kinds.find((line) => line.field)?.field ?? "";

export function roleOf(draft: Draft, path: string): Role {
  if (pathIn(draft.identity) === path) return "identity";
  if (pathIn(draft.time) === path) return "time";
  if (codeField(draft) === path) return "code";
  const held = Object.entries(draft.fields ?? {}).find(([name, from]) => from === path && name.startsWith("state."));
  if (held) return `state:${held[0].slice("state.".length)}`;
  return listed(draft.dedup).includes(path) ? "unique" : "";
}

/** The same draft without anything said of this field. */
function cleared(draft: Draft, path: string): Draft {
  const next = { ...draft };
  if (pathIn(next.identity) === path) next.identity = "none";
  if (pathIn(next.time) === path) next.time = "none";
  if (codeField(next) === path) next.kinds = next.kinds.slice(0, 1).map(({ field: _, equals: __, ...line }) => line);
  if (Array.isArray(next.dedup)) {
    const rest = listed(next.dedup).filter((each) => each !== path);
    next.dedup = rest.length > 0 ? rest : "none";
  }
  const fields = Object.entries(next.fields ?? {}).filter(([, from]) => from !== path);
  if (fields.length > 0) next.fields = Object.fromEntries(fields);
  else delete next.fields;
  return next;
}

/** Says what a field is. `word` is the form of a time as it was guessed, `example` the value in the message. */
export function point(draft: Draft, path: string, role: Role, word = "auto", example: unknown = undefined): Draft {
  const next = cleared(draft, path);
  if (role === "identity") next.identity = path;
  if (role === "time") next.time = { from: path, form: word || "auto" };
  if (role === "unique") next.dedup = [...listed(next.dedup), path];
  if (role === "code") {
    const lines = codeField(next) ? next.kinds.slice(0, 1) : next.kinds;
    next.kinds = (lines.length > 0 ? lines : [undecided()]).map((line, place) => (place === 0 ? { ...line, field: path, equals: example ?? "" } : line));
  }
  if (role.startsWith("state:")) next.fields = { ...next.fields, [`state.${role.slice("state:".length)}`]: path };
  return next;
}

/** A line about which nobody has said yet what it means. */
export const undecided = (): Line => ({ ignore: { code: UNDECIDED, reason: "what this means has still to be said" } });
export const isUndecided = (line: Line): boolean => line.ignore?.code === UNDECIDED;

/** What a line comes to: a kind, nothing to be noted, or not decided. */
export function outcomeOf(line: Line): string {
  if (line.kind) return line.kind;
  return line.ignore && !isUndecided(line) ? "ignore" : "";
}

export function decided(line: Line, outcome: string): Line {
  const { kind: _, ignore: __, data, ...rest } = line;
  if (outcome === "ignore") return { ...rest, ignore: { code: "not_needed", reason: "said on the page: it need not be noted" } };
  if (outcome === "") return { ...rest, ...undecided() };
  return { ...rest, kind: outcome, ...(data && line.kind === outcome ? { data } : {}) };
}

/** Lets a fact of the line's kind be read from a field; an empty path takes it away. */
export function fact(line: Line, name: string, path: string): Line {
  const data = Object.fromEntries(Object.entries({ ...line.data, [name]: path }).filter(([, from]) => from !== ""));
  const { data: _, ...rest } = line;
  return Object.keys(data).length > 0 ? { ...rest, data } : rest;
}

/** A value as it was typed, as the message would have it: a number stays a number, several with commas are a list. */
export function valueTyped(text: string, like: unknown): unknown {
  const one = (word: string) => (typeof like !== "string" && word.trim() !== "" && Number.isFinite(Number(word)) ? Number(word) : word.trim());
  const parts = text.split(/[,，]/);
  return parts.length > 1 ? parts.map(one) : one(text);
}

export const valueShown = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : value === undefined || value === null ? "" : String(value));

/** The YAML of a model under another name, for a copy that may be changed. */
export function copied(text: string, id: string): string {
  return text.replace(/^profile:\s*\S+/m, `profile: ${id}@1`);
}
