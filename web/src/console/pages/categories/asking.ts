/** What these pages ask of the gateway, one function each. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

export type Category = components["schemas"]["CategoryView"];

const one = (code: string) => ({ params: { path: { code } } });

export const categories = queryOptions({ queryKey: ["categories"], queryFn: () => said(api.GET("/api/categories")) });
export const category = (code: string) => queryOptions({ queryKey: ["categories", code], queryFn: () => said(api.GET("/api/categories/{code}", one(code))) });
export const versions = (code: string) => queryOptions({ queryKey: ["categories", code, "versions"], queryFn: () => said(api.GET("/api/categories/{code}/versions", one(code))) });
export const plans = queryOptions({ queryKey: ["plans"], queryFn: () => said(api.GET("/api/plans")), staleTime: 60_000 });

export const save = (code: string, entry: object, version: number, reason: string) => said(api.PUT("/api/categories/{code}", { ...one(code), body: { entry: { ...entry }, version, reason } }));
