/** What this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

export type Health = components["schemas"]["Health"];
export type Part = components["schemas"]["HealthPart"];

export const health = queryOptions({ queryKey: ["health"], queryFn: () => said(api.GET("/api/health")), refetchInterval: 10_000 });
