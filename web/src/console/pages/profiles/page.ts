import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "profiles",
  paths: ["/profiles", "/profiles/new", "/profiles/:id"],
  group: "estate",
  order: 60,
  permission: "profiles.read",
  roles: ["manager", "administrator", "maintenance"],
  title: { zh: "设备型号", en: "Device models" },
  icon: "plan",
  component: () => import("./Profiles"),
};
