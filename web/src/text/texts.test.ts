import { describe, expect, test } from "vitest";

import { text as consoleEn } from "../console/text.en";
import { text as consoleZh } from "../console/text.zh";
import { commonEn } from "./common.en";
import { commonZh } from "./common.zh";
import { dutyEn } from "./duty.en";
import { dutyZh } from "./duty.zh";
import { homeEn } from "./home.en";
import { homeZh } from "./home.zh";
import { mEn } from "./m.en";
import { mZh } from "./m.zh";
import { mapEn } from "./map.en";
import { mapZh } from "./map.zh";
import { reportEn } from "./report.en";
import { reportZh } from "./report.zh";
import { shiftEn } from "./shift.en";
import { shiftZh } from "./shift.zh";
import { wallEn } from "./wall.en";
import { wallZh } from "./wall.zh";

import { seatEn } from "./seat.en";
import { seatZh } from "./seat.zh";

type Texts = Record<string, string>;
const BOTH: Record<string, [Texts, Texts]> = {
  common: [commonZh, commonEn],
  console: [consoleZh, consoleEn],
  duty: [dutyZh, dutyEn],
  home: [homeZh, homeEn],
  m: [mZh, mEn],
  map: [mapZh, mapEn],
  report: [reportZh, reportEn],
  seat: [seatZh, seatEn],
  shift: [shiftZh, shiftEn],
  wall: [wallZh, wallEn],
};
const pagesZh = import.meta.glob<Texts>("../console/pages/*/text.zh.ts", { import: "text", eager: true });
const pagesEn = import.meta.glob<Texts>("../console/pages/*/text.en.ts", { import: "text", eager: true });
for (const [path, zh] of Object.entries(pagesZh)) BOTH[nounOf(path)] = [zh, pagesEn[path.replace(".zh.", ".en.")] ?? {}];
const EXPECTED = ["help.for", "help.do"]; // what each page of the console says of itself

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

const files = import.meta.glob<string>(["../**/*.ts", "../**/*.tsx"], { query: "?raw", import: "default", eager: true });
const sourceFiles = Object.entries(files).filter(([path]) => !/\/text\/|^\.\/|\/text\.\w+\.ts$|\.test\.ts$|schema\.ts$/.test(path));
const all = sourceFiles.map(([, source]) => source).join("\n");

/** Where a namespace's keys may stand: a page's own texts are its own, the others belong to everybody. */
function sourcesOf(name: string): string {
  if (!pagesZh[`../console/pages/${name}/text.zh.ts`]) return all;
  return sourceFiles
    .filter(([path]) => path.startsWith(`../console/pages/${name}/`))
    .map(([, source]) => source)
    .join("\n");
}

test("each page of the console has its texts in both languages and says what it is for", () => {
  const folders = Object.keys(import.meta.glob("../console/pages/*/page.ts")).map(nounOf);
  expect(Object.keys(pagesZh).map(nounOf).sort()).toEqual(folders.sort());
  expect(Object.keys(pagesEn).map(nounOf).sort()).toEqual(folders);
  for (const texts of Object.values(pagesZh)) expect(Object.keys(texts)).toEqual(expect.arrayContaining(EXPECTED));
});

describe.each(Object.entries(BOTH))("%s", (name, [zh, en]) => {
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
    const sources = sourcesOf(name);
    const unused = Object.keys(zh).filter((key) => !isUsed(key, sources));
    expect(unused).toEqual([]);
  });
});

/** Written out, or the tail of a key that is put together in a template: t(`level.${level}`). */
function isUsed(key: string, sources: string): boolean {
  if (new RegExp(`["'\`:]${escape(key)}["'\`]`).test(sources)) return true;
  if (/`home\.\$\{page\}\.text`/.test(sources) && /^home\.\w+\.text$/.test(key)) return true;
  const dot = key.lastIndexOf(".");
  return dot > 0 && new RegExp(`[\`:]${escape(key.slice(0, dot))}\\.(to_)?\\$\\{`).test(sources);
}

function nounOf(path: string): string {
  return path.split("/").slice(-2)[0] ?? "";
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
