import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "drawings",
  paths: ["/floor-plans", "/floor-plans/:place"],
  group: "estate",
  order: 35,
  permission: "drawings.edit",
  roles: ["manager", "administrator"],
  title: { zh: "平面图布点", en: "Floor plans" },
  icon: "map",
  component: () => import("./Drawings"),
};
