import type { ParseKeys } from "i18next";
import { type ComponentType, lazy, type LazyExoticComponent } from "react";

import type { IconName } from "../parts/Icon";
import { fetchTexts } from "../text/start";
import { mapPage } from "./map/open";
import { handoverPage, recordsPage } from "./shift/open";

/** One page of the seat: a line in PAGES, a folder with its component, nothing else. */
export interface SeatPage {
  /** The word after `/duty/`; what follows it belongs to the page. */
  word: string;
  title: ParseKeys<"duty">;
  icon: IconName;
  /** What the server asks for its main question; whoever lacks it reads whom to ask. */
  permission: string;
  /** False: it is reached from elsewhere. */
  inMenu: boolean;
  component: LazyExoticComponent<ComponentType>;
}

/** Waits for a part of the seat and for the texts that all of them share. */
export async function withSeatTexts<T>(load: () => Promise<T>): Promise<T> {
  const [module] = await Promise.all([
    load(),
    fetchTexts("seat", {
      zh: async () => (await import("../text/seat.zh")).seatZh,
      en: async () => (await import("../text/seat.en")).seatEn,
    }),
  ]);
  return module;
}

const page = (load: () => Promise<{ default: ComponentType }>): LazyExoticComponent<ComponentType> => lazy(() => withSeatTexts(load));

export const PAGES: SeatPage[] = [
  { word: "orders", title: "page.orders", icon: "send", permission: "incidents.act", inMenu: true, component: page(() => import("./orders/Orders")) },
  { word: "map", title: "page.map", icon: "map", permission: "drawings.read", inMenu: true, component: page(mapPage) },
  { word: "cameras", title: "page.cameras", icon: "camera", permission: "cameras.read", inMenu: true, component: page(() => import("./cameras/Cameras")) },
  { word: "shelved", title: "page.shelved", icon: "mute", permission: "silences.read", inMenu: true, component: page(() => import("./shelved/Shelved")) },
  { word: "handover", title: "page.handover", icon: "people", permission: "shifts.read", inMenu: true, component: page(handoverPage) },
  { word: "records", title: "page.records", icon: "log", permission: "shifts.read", inMenu: true, component: page(recordsPage) },
  { word: "search", title: "page.search", icon: "history", permission: "incidents.read", inMenu: true, component: page(() => import("./search/Search")) },
  { word: "case", title: "page.case", icon: "list", permission: "incidents.read", inMenu: false, component: page(() => import("./detail/Detail")) },
];

/** Returns the page of an address, null for the desk itself. */
export function pageAt(path: string): SeatPage | null {
  const [, , word] = path.split("/");
  return PAGES.find((page) => page.word === word) ?? null;
}
