import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "audit",
  paths: ["/audit"],
  group: "system",
  order: 30,
  permission: "audit.read",
  roles: ["auditor"],
  title: { zh: "审计", en: "Audit" },
  icon: "log",
  component: () => import("./Audit"),
};
