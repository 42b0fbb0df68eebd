import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "people",
  paths: ["/people", "/people/new", "/people/tokens", "/people/:id"],
  group: "people",
  order: 50,
  permission: "people.read",
  roles: ["administrator", "manager", "auditor"],
  title: { zh: "用户与角色", en: "People and roles" },
  icon: "people",
  component: () => import("./People"),
};
