import type { ComponentType } from "react";

import type { Bilingual } from "../api/views";
import type { components } from "../api/schema";
import type { IconName } from "../parts/Icon";

export type Role = components["schemas"]["Me"]["roles"][number];

/** The seven things of the menu, in this order; a page without a group is reached by links only. */
export const GROUPS = ["today", "rules", "estate", "people", "reports", "notices", "system"] as const;
export type Group = (typeof GROUPS)[number];

/** One page of the console, the one value that `pages/<noun>/page.ts` exports as `page`. */
export interface ConsolePage {
  /** The name of its folder, and of the namespace of its texts. */
  noun: string;
  /** Its addresses as the router writes them; the first is the menu's. One component answers them all. */
  paths: readonly [string, ...string[]];
  group: Group | null;
  /** Its place within the group, small first. */
  order: number;
  /** What the server asks for where the page reads; null: everybody who is logged in. */
  permission: string | null;
  /** Whose menu shows it; whoever has the permission may still open it by its address. */
  roles: readonly Role[];
  title: Bilingual;
  icon: IconName;
  component: () => Promise<{ default: ComponentType }>;
}
