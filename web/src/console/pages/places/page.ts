import type { ConsolePage } from "../../page";

export const page: ConsolePage = {
  noun: "places",
  paths: ["/places", "/places/new", "/places/homes", "/places/:id"],
  group: "estate",
  order: 30,
  permission: "places.edit",
  roles: ["manager", "administrator"],
  title: { zh: "位置与住户", en: "Places and homes" },
  icon: "building",
  component: () => import("./Places"),
};
