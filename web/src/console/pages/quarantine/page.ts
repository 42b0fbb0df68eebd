import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "quarantine",
  paths: ["/quarantine"],
  group: "estate",
  order: 50,
  permission: "quarantine.read",
  roles: ["manager", "administrator", "maintenance"],
  title: { zh: "隔离区", en: "Quarantine" },
  icon: "box",
  component: () => import("./Quarantine"),
};
