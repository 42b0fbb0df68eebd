import { describe, expect, test } from "vitest";

import { commonEn } from "./common.en";
import { commonZh } from "./common.zh";
import { dutyEn } from "./duty.en";
import { dutyZh } from "./duty.zh";
import { homeEn } from "./home.en";
import { homeZh } from "./home.zh";
import { mEn } from "./m.en";
import { mZh } from "./m.zh";
import { reportEn } from "./report.en";
import { reportZh } from "./report.zh";

type Texts = Record<string, string>;
const BOTH: Record<string, [Texts, Texts]> = {
  common: [commonZh, commonEn],
  duty: [dutyZh, dutyEn],
  home: [homeZh, homeEn],
  m: [mZh, mEn],
  report: [reportZh, reportEn],
};
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

const files = import.meta.glob<string>(["../**/*.ts", "../**/*.tsx"], { query: "?raw", import: "default", eager: true });
const sources = Object.entries(files)
  .filter(([path]) => !/\/text\/|^\.\/|\.test\.ts$|schema\.ts$/.test(path))
  .map(([, source]) => source)
  .join("\n");

describe.each(Object.entries(BOTH))("%s", (_name, [zh, en]) => {
  test("both languages have the same keys, none empty", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const text of [...Object.values(zh), ...Object.values(en)]) expect(text.trim()).not.toBe("");
  });
  test("both languages fill the same holes", () => {
    for (const key of Object.keys(zh)) expect([key, holes(en[key] ?? "")]).toEqual([key, holes(zh[key] ?? "")]);
  });
  test("English holds no Chinese", () => {
    for (const text of Object.values(en)) expect(text).not.toMatch(/[\u4e00-\u9fff]/);
  });
  test("no text stands there unused", () => {
    const unused = Object.keys(zh).filter((key) => !isUsed(key));
    expect(unused).toEqual([]);
  });
});

/** Written out, or the tail of a key that is put together in a template: t(`level.${level}`). */
function isUsed(key: string): boolean {
  if (new RegExp(`["'\`:]${escape(key)}["'\`]`).test(sources)) return true;
  if (/`home\.\$\{page\}\.text`/.test(sources) && /^home\.\w+\.text$/.test(key)) return true;
  const dot = key.lastIndexOf(".");
  return dot > 0 && new RegExp(`[\`:]${escape(key.slice(0, dot))}\\.(to_)?\\$\\{`).test(sources);
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
