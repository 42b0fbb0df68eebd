import i18next, { type Resource } from "i18next";
import { initReactI18next } from "react-i18next";

import type { Bilingual, Language } from "../api/views";
import { remembered, remember } from "../look/remembered";

type Texts = Record<string, string>;
type Lazy = () => Promise<Record<string, Texts>>;
/** The texts of one namespace, each language fetched when it is needed. */
export type TextsOf = Record<Language, () => Promise<Texts>>;
let lazyEnglish: Lazy | null = null;
const later = new Map<string, TextsOf>();

/**
 * Starts the texts of one entry: Chinese comes with the bundle, English is fetched when somebody asks for it.
 * `namespaces` maps a namespace to its Chinese texts; `english` loads the same namespaces.
 */
export async function startTexts(namespaces: Record<string, object>, english: Lazy): Promise<void> {
  lazyEnglish = english;
  await i18next.use(initReactI18next).init({
    lng: "zh",
    fallbackLng: "zh",
    defaultNS: "common",
    keySeparator: false, // keys are flat: "level.L1" is one word
    ns: Object.keys(namespaces),
    resources: { zh: namespaces } as Resource,
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  });
  await speak(remembered("language") === "en" ? "en" : "zh");
}

/** Adds a namespace to a running page; from then on it follows the page's language. */
export async function fetchTexts(namespace: string, both: TextsOf): Promise<void> {
  later.set(namespace, both);
  await bring(namespace, both, currentLanguage());
}

async function bring(namespace: string, both: TextsOf, language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, namespace)) i18next.addResourceBundle(language, namespace, await both[language]());
}

/** Switches the page to a language and remembers it on this screen. */
export async function speak(language: Language): Promise<void> {
  if (language === "en" && lazyEnglish && !i18next.hasResourceBundle("en", "common")) {
    const bundles = await lazyEnglish();
    for (const [namespace, texts] of Object.entries(bundles)) i18next.addResourceBundle("en", namespace, texts);
  }
  await Promise.all([...later].map(([namespace, both]) => bring(namespace, both, language)));
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  remember("language", language);
}

export function currentLanguage(): Language {
  return i18next.language === "en" ? "en" : "zh";
}

/** Picks the text of the page's language; falls back to the other rather than showing nothing. */
export function say(text: Partial<Bilingual> | null | undefined, language: Language = currentLanguage()): string {
  if (!text) return "";
  return (language === "en" ? text.en || text.zh : text.zh || text.en) ?? "";
}
