import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "devices",
  paths: ["/devices", "/devices/:id"],
  group: "estate",
  order: 10,
  permission: "devices.read",
  roles: ["manager", "administrator", "maintenance", "leader", "guard"],
  title: { zh: "设备", en: "Devices" },
  icon: "plug",
  component: () => import("./Devices"),
};
