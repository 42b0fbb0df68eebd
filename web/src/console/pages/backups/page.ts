import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "backups",
  paths: ["/backups"],
  group: "system",
  order: 40,
  permission: "backups.read",
  roles: ["administrator", "auditor"],
  title: { zh: "备份与恢复", en: "Backup and restore" },
  icon: "box",
  component: () => import("./Backups"),
};
