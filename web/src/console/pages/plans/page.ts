import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "plans",
  paths: ["/plans", "/plans/new", "/plans/:id"],
  group: "rules",
  order: 40,
  permission: "plans.read",
  roles: ["manager", "leader", "guard", "administrator", "auditor"],
  title: { zh: "预案", en: "Response plans" },
  icon: "plan",
  component: () => import("./Plans"),
};
