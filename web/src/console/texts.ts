import type { text } from "./text.zh";

export type ConsoleTexts = typeof text;

/**
 * The texts of the pages by namespace. Each page's `text.zh.ts` adds itself:
 *
 *     declare module "../../texts" { interface PageTexts { people: typeof text } }
 */
export interface PageTexts {}

/** The same keys in the other language: `export const text: SameKeys<typeof zh> = {…}`. */
export type SameKeys<T> = { [key in keyof T]: string };
