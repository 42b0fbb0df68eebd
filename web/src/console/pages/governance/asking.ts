/** Everything this page asks of the gateway. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Governed = Schemas["GovernanceView"];
export type Gauge = Schemas["GaugeView"];
export type Loud = Schemas["LoudView"];
export type Remedy = Schemas["RemedyView"];
export const DAYS = ["1", "7", "30"] as const;
export type Days = (typeof DAYS)[number];

export const governance = (days: Days) =>
  queryOptions({
    queryKey: ["governance", days],
    queryFn: () => said(api.GET("/api/governance", { params: { query: { days } } })),
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
