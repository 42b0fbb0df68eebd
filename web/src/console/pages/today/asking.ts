/** Everything this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Need = Schemas["NeedView"];

export const today = queryOptions({ queryKey: ["today"], queryFn: () => said(api.GET("/api/today")), refetchInterval: 60_000 });
export const load = queryOptions({ queryKey: ["load"], queryFn: () => said(api.GET("/api/load")), refetchInterval: 60_000 });
