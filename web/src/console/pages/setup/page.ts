import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "setup",
  paths: ["/setup", "/setup/integrations", "/setup/retention", "/setup/upgrade"],
  group: "system",
  order: 20,
  permission: "settings.read",
  roles: ["administrator", "manager", "auditor"],
  title: { zh: "站点设置", en: "Site settings" },
  icon: "gear",
  component: () => import("./Setup"),
};
