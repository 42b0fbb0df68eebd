import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "drills",
  paths: ["/drills"],
  group: "system",
  order: 60,
  permission: "modes.read",
  roles: ["manager", "administrator", "leader"],
  title: { zh: "演练与布防", en: "Drills and modes" },
  icon: "shield",
  component: () => import("./Drills"),
};
