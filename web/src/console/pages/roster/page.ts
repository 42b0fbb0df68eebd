import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "roster",
  paths: ["/roster", "/roster/requests", "/roster/edit", "/roster/history"],
  group: "people",
  order: 10,
  permission: "rosters.read",
  roles: ["manager", "leader", "guard", "worker", "maintenance", "checker", "auditor"],
  title: { zh: "排班", en: "Roster" },
  icon: "today",
  component: () => import("./Roster"),
};
