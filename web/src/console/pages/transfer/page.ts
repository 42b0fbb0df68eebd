import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "transfer",
  paths: ["/estate"],
  group: "estate",
  order: 40,
  permission: "devices.edit",
  roles: ["manager", "administrator"],
  title: { zh: "导入导出", en: "Import and export" },
  icon: "upload",
  component: () => import("./Transfer"),
};
