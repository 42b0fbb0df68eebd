import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "adding",
  paths: ["/devices/add"],
  group: "estate",
  order: 20,
  permission: "devices.claim",
  roles: ["manager", "administrator", "maintenance"],
  title: { zh: "添加设备", en: "Add a device" },
  icon: "plus",
  component: () => import("./Adding"),
};
