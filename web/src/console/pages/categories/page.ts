import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "categories",
  paths: ["/categories", "/categories/:code"],
  group: "rules",
  order: 50,
  permission: "categories.read",
  roles: ["manager", "leader", "administrator", "auditor"],
  title: { zh: "事件类别", en: "Kinds of cases" },
  icon: "list",
  component: () => import("./Categories"),
};
