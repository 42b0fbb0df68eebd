import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "patrols",
  paths: ["/patrols", "/patrols/new", "/patrols/:id"],
  group: "people",
  order: 30,
  permission: "shifts.read",
  roles: ["manager", "leader"],
  title: { zh: "巡查", en: "Patrols" },
  icon: "place",
  component: () => import("./Patrols"),
};
