import { fetchTexts, type TextsOf } from "../text/start";
import type { ConsolePage } from "./page";

type Load = TextsOf["zh"];

export const files = import.meta.glob<ConsolePage>("./pages/*/page.ts", { eager: true, import: "page" });
const zh = import.meta.glob<Awaited<ReturnType<Load>>>("./pages/*/text.zh.ts", { import: "text" });
const en = import.meta.glob<Awaited<ReturnType<Load>>>("./pages/*/text.en.ts", { import: "text" });

/** All pages of the console: a new folder under pages/ is enough. */
export const pages: ConsolePage[] = Object.values(files);

export function pageOf(noun: string): ConsolePage | undefined {
  return pages.find((page) => page.noun === noun);
}

/** Brings a page's component and its texts, side by side. */
export async function bringPage(page: ConsolePage): ReturnType<ConsolePage["component"]> {
  const [component] = await Promise.all([page.component(), fetchTexts(page.noun, textsOf(page.noun))]);
  return component;
}

function textsOf(noun: string): TextsOf {
  const find = (files: Record<string, Load>, language: string): Load => {
    const load = files[`./pages/${noun}/text.${language}.ts`];
    if (!load) throw new Error(`pages/${noun}/text.${language}.ts is missing or exports no text`);
    return load;
  };
  return { zh: find(zh, "zh"), en: find(en, "en") };
}
