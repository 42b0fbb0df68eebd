/** What this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Settings = Schemas["SettingsView"];
export type Integration = Schemas["Integration"];
export type Retention = Schemas["Retention"];

export const settings = queryOptions({ queryKey: ["settings"], queryFn: () => said(api.GET("/api/settings")), refetchInterval: 30_000 });
