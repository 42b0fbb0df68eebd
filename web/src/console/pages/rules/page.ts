import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "rules",
  paths: ["/rules", "/rules/new", "/rules/packs", "/rules/:id", "/rules/:id/edit", "/rules/:id/why"],
  group: "rules",
  order: 10,
  permission: "rules.read",
  roles: ["manager", "administrator", "leader", "auditor"],
  title: { zh: "规则", en: "Rules" },
  icon: "rules",
  component: () => import("./Rules"),
};
