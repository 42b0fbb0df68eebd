import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "channels",
  paths: ["/channels", "/channels/trials"],
  group: "notices",
  order: 10,
  permission: "channels.read",
  roles: ["manager", "administrator", "auditor"],
  title: { zh: "通知渠道", en: "Channels" },
  icon: "bell",
  component: () => import("./Channels"),
};
