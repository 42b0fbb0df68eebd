/** Brings the pages of the shift with their texts when somebody opens one; the desk does not wait for them. */
import type { ComponentType } from "react";

import { fetchTexts } from "../../text/start";

const texts = () =>
  fetchTexts("shift", {
    zh: async () => (await import("../../text/shift.zh")).shiftZh,
    en: async () => (await import("../../text/shift.en")).shiftEn,
  });

async function withTexts(page: Promise<{ default: ComponentType }>): Promise<{ default: ComponentType }> {
  const [found] = await Promise.all([page, texts()]);
  return found;
}

export const handoverPage = () => withTexts(import("./Handover"));
export const recordsPage = () => withTexts(import("./Records"));
