/** Everything this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Row = Schemas["ProfileRow"];
export type Profile = Schemas["ProfileView"];
export type Captured = Schemas["CapturedMessage"];
export type Fields = Schemas["FieldsView"];
export type FieldRow = Schemas["FieldRow"];
export type Preview = Schemas["PreviewView"];
export type Reading = Schemas["Reading"];
export type KindView = Schemas["KindView"];
export type LookAt = Schemas["LookAt"];
export type Written = { draft: Record<string, unknown> } | { text: string };

const one = (id: string) => ({ params: { path: { id } } });

export const profiles = queryOptions({ queryKey: ["profiles"], queryFn: () => said(api.GET("/api/profiles")) });
export const profile = (id: string) => queryOptions({ queryKey: ["profiles", id], queryFn: () => said(api.GET("/api/profiles/{id}", one(id))) });
export const versions = (id: string) => queryOptions({ queryKey: ["profiles", id, "versions"], queryFn: () => said(api.GET("/api/profiles/{id}/versions", one(id))) });
export const kinds = queryOptions({ queryKey: ["kinds"], queryFn: () => said(api.GET("/api/kinds")), staleTime: Number.POSITIVE_INFINITY });
export const waiting = (topic: string) => queryOptions({ queryKey: ["captures", topic], queryFn: () => said(api.GET("/api/captures", { params: { query: { ...(topic ? { topic } : {}), limit: 20 } } })), refetchInterval: 10_000 });
export const preview = (written: Written) => queryOptions({ queryKey: ["profiles", "preview", written], queryFn: () => said(api.POST("/api/profiles/preview", { body: { ...written, messages: 10 } })), retry: false });

export const listen = (where: { topic: string } | { path: string }, seconds: number) => said(api.POST("/api/captures", { body: { ...where, seconds, most: 5 } }));
export const lookAt = (message: Partial<LookAt>) => said(api.POST("/api/captures/fields", { body: { headers: {}, encoding: "utf-8", ...message } }));
export const save = (id: string, written: Written, version: number | null, reason: string) => said(api.PUT("/api/profiles/{id}", { ...one(id), body: { ...written, version, reason } }));
export const rollback = (id: string, version: number, reason: string) => said(api.POST("/api/profiles/{id}/rollback", { ...one(id), body: { version, reason } }));
export const drop = (id: string, version: number, reason: string) => said(api.POST("/api/profiles/{id}/drop", { ...one(id), body: { version, reason } }));
