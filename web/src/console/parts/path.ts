/** Where in a document something changed, in words: `shifts.0.people` is 班次 · 第 1 个 · 人员. */

/** The words of the fields of a document, by their names; a name may mean one thing only in all of them. */
export type FieldWords = (name: string) => string | null;

export interface Said {
  /** The place in words. */
  text: string;
  /** Names that have no words; they are shown as they are written. */
  rest: string;
}

const parts = (path: string): string[] =>
  path
    .replace(/\[(\d+)\]/g, ".$1")
    .split(".")
    .filter(Boolean);

/** Says a path; `nth` says “the third one”. What has no word, and all that lies below it, is left as it is written. */
export function sayPath(path: string, words: FieldWords, nth: (place: number) => string): Said {
  const said: string[] = [];
  const all = parts(path);
  for (const [at, part] of all.entries()) {
    const word = /^\d+$/.test(part) ? nth(Number(part) + 1) : words(part);
    if (word === null) return { text: said.join(" · "), rest: all.slice(at).join(".") };
    said.push(word);
  }
  return { text: said.join(" · "), rest: "" };
}

/** An installed file by what is in it: `smart_community_gateway-1.1.0-py3-none-any.whl` is smart-community-gateway 1.1.0. */
export function packageOf(file: string): string {
  const [name, version] = file.replace(/^.*\//, "").split("-");
  return name && version && file.endsWith(".whl") ? `${name.replace(/_/g, "-")} ${version}` : file.replace(/^.*\//, "");
}
