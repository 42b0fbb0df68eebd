/** What these pages ask of the gateway, one function each. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

export type Plan = components["schemas"]["ResponsePlan"];

const one = (id: string) => ({ params: { path: { id } } });

export const plans = queryOptions({ queryKey: ["plans"], queryFn: () => said(api.GET("/api/plans")) });
export const plan = (id: string) => queryOptions({ queryKey: ["plans", id], queryFn: () => said(api.GET("/api/plans/{id}", one(id))) });
export const versions = (id: string) => queryOptions({ queryKey: ["plans", id, "versions"], queryFn: () => said(api.GET("/api/plans/{id}/versions", one(id))) });
export const categories = queryOptions({ queryKey: ["categories"], queryFn: () => said(api.GET("/api/categories")), staleTime: 300_000 });
export const channels = queryOptions({ queryKey: ["channels"], queryFn: () => said(api.GET("/api/channels")), staleTime: 300_000 });

export const save = (id: string, entry: object, version: number, reason: string) => said(api.PUT("/api/plans/{id}", { ...one(id), body: { entry: { ...entry }, version, reason } }));
export const drop = (id: string, version: number, reason: string) => said(api.POST("/api/plans/{id}/drop", { ...one(id), body: { version, reason } }));
