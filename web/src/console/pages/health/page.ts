import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "health",
  paths: ["/system"],
  group: "system",
  order: 10,
  permission: "health.read",
  roles: ["administrator", "manager", "auditor", "maintenance"],
  title: { zh: "系统健康", en: "System health" },
  icon: "pulse",
  component: () => import("./Health"),
};
