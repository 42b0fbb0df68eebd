/** What this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Settings = Schemas["SettingsView"];
export type Integration = Schemas["Integration"];
export type Retention = Schemas["Retention"];

export const settings = queryOptions({ queryKey: ["settings"], queryFn: () => said(api.GET("/api/settings")), refetchInterval: 30_000 });

/** Whether a rule is in force, and whether a test was heard at a desk: the steps that the settings do not know. */
export const ruled = queryOptions({ queryKey: ["setup", "ruled"], queryFn: async () => (await said(api.GET("/api/rules"))).items.some((each) => each.enabled), staleTime: 60_000 });
export const heard = queryOptions({
  queryKey: ["setup", "heard"],
  queryFn: async () => (await said(api.GET("/api/trials"))).items.some((trial) => trial.steps.some((each) => each.step === "sounded" && each.at !== null)),
  refetchInterval: 30_000,
});
