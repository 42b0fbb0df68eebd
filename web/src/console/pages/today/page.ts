import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "today",
  paths: ["/"],
  group: "today",
  order: 10,
  permission: "today.read",
  roles: ["manager", "leader", "administrator", "auditor"],
  title: { zh: "今日", en: "Today" },
  icon: "today",
  component: () => import("./Today"),
};
