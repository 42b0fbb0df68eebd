import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "screens",
  paths: ["/screens"],
  group: "system",
  order: 70,
  permission: "screens.read",
  roles: ["administrator", "manager", "auditor"],
  title: { zh: "大屏", en: "Wall screens" },
  icon: "today",
  component: () => import("./Screens"),
};
