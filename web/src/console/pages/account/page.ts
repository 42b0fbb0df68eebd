import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "account",
  paths: ["/account"],
  group: null,
  order: 0,
  permission: "account.secure",
  roles: ["guard", "worker", "leader", "maintenance", "manager", "checker", "administrator", "auditor"],
  title: { zh: "我的账户", en: "My account" },
  icon: "person",
  component: () => import("./OwnAccount"),
};
