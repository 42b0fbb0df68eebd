/** Everything this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

export type Group = components["schemas"]["WaitingGroup"];
export type Replayed = components["schemas"]["ReplayView"];

export const groups = queryOptions({ queryKey: ["quarantine", "groups"], queryFn: () => said(api.GET("/api/quarantine/groups", { params: { query: { limit: 200 } } })), refetchInterval: 15_000 });
export const replay = (id: string) => said(api.POST("/api/quarantine/groups/{id}/replay", { params: { path: { id } } }));
