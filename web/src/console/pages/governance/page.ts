import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "governance",
  paths: ["/governance"],
  group: "rules",
  order: 40,
  permission: "governance.read",
  roles: ["manager", "leader", "administrator", "auditor"],
  title: { zh: "告警治理", en: "Alarm governance" },
  icon: "rules",
  component: () => import("./Governance"),
};
