import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "reports",
  paths: ["/reports"],
  group: "reports",
  order: 10,
  permission: "ledgers.read",
  roles: ["manager", "leader", "auditor"],
  title: { zh: "报表", en: "Reports" },
  icon: "chart",
  component: () => import("./Reports"),
};
