import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "dispatch",
  paths: ["/dispatch", "/dispatch/kinds", "/dispatch/grids"],
  group: "people",
  order: 20,
  permission: "duty.foresee",
  roles: ["manager", "leader", "guard", "checker", "administrator", "auditor"],
  title: { zh: "派单", en: "Dispatch" },
  icon: "send",
  component: () => import("./Dispatch"),
};
