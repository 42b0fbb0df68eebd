/** What this page asks of the gateway. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";
import { query, type Wanted } from "./wanted";

export type Entry = components["schemas"]["AuditRow"];

export const entries = (wanted: Wanted) =>
  infiniteQueryOptions({
    queryKey: ["audit", wanted],
    queryFn: ({ pageParam }) => said(api.GET("/api/audit", { params: { query: { ...query(wanted), limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });

/** The walk along the chains: asked for by a press, as it reads everything. */
export const verified = queryOptions({ queryKey: ["audit", "verified"], queryFn: () => said(api.GET("/api/audit/verified")), enabled: false, retry: false, staleTime: 0 });
