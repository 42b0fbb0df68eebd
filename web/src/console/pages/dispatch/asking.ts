/** What these pages ask of the gateway, one function each. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type WhatIf = Schemas["WhatIfView"];
export type Rung = Schemas["RungView"];
export type Category = Schemas["CategoryView"];
export type GridNode = Schemas["GridNode"];
export type Balance = Schemas["GridBalance"];
export type Proposal = Schemas["CutProposal"];

export interface Where {
  device?: string;
  building?: string;
  grid?: string;
}

export const whatIf = (category: string, where: Where, at: string | null) =>
  queryOptions({
    queryKey: ["what-if", category, where, at],
    queryFn: () => said(api.GET("/api/duty/what-if", { params: { query: { category, ...where, ...(at ? { at } : {}) } } })),
    enabled: category !== "",
    staleTime: 0,
  });
export const categories = queryOptions({ queryKey: ["categories"], queryFn: () => said(api.GET("/api/categories")), staleTime: 300_000 });
export const channels = queryOptions({ queryKey: ["channels"], queryFn: () => said(api.GET("/api/channels")), staleTime: 300_000 });
export const grids = queryOptions({ queryKey: ["grids"], queryFn: () => said(api.GET("/api/grids")), staleTime: 60_000 });
export const balance = (from: string, to: string) =>
  queryOptions({ queryKey: ["grids", "balance", from, to], queryFn: () => said(api.GET("/api/grids/balance", { params: { query: { from, to } } })) });
export const proposal = (from: string, to: string) =>
  queryOptions({ queryKey: ["grids", "proposal", from, to], queryFn: () => said(api.GET("/api/grids/proposal", { params: { query: { from, to } } })) });
export const saveCut = (grids_: { grid: string; buildings: string[] }[], reason: string) => said(api.POST("/api/grids/cut", { body: { grids: grids_, reason } }));
