/** What the pages of the shift ask of the gateway, one function each. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../api/client";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Handover = Schemas["HandoverView"];
export type Snapshot = Schemas["SnapshotView"];
export type OpenCase = Schemas["OpenCaseView"];
export type Book = Schemas["RecordBook"];
export type Slot = Schemas["SlotView"];
export type Walk = Schemas["WalkView"];
export type Stop = Schemas["StopView"];

export const present = queryOptions({ queryKey: ["shift", "now"], queryFn: () => said(api.GET("/api/handovers/now")), refetchInterval: 60_000 });
export const handovers = queryOptions({ queryKey: ["shift", "handovers"], queryFn: () => said(api.GET("/api/handovers")), refetchInterval: 15_000 });
export const book = (day: string) =>
  queryOptions({ queryKey: ["shift", "book", day], queryFn: () => said(api.GET("/api/records", { params: { query: day ? { day } : {} } })), refetchInterval: 120_000 });
export const walks = (day: string) =>
  queryOptions({ queryKey: ["shift", "walks", day], queryFn: () => said(api.GET("/api/patrols", { params: { query: day ? { day } : {} } })), refetchInterval: 120_000 });

const one = (id: string) => ({ params: { path: { id } } });
const keyed = (key: string) => ({ params: { header: { "Idempotency-Key": key } } });

export const offer = (notes: string, key: string) => said(api.POST("/api/handovers", { ...keyed(key), body: { notes } }));
export const confirm = (id: string, numbers: string[]) => said(api.POST("/api/handovers/{id}/confirm", { ...one(id), body: { numbers } }));
export const accept = (id: string, remark: string) => said(api.POST("/api/handovers/{id}/accept", { ...one(id), body: { remark } }));
export const withdraw = (id: string) => said(api.POST("/api/handovers/{id}/withdraw", one(id)));
export const write = (text: string, normal: boolean, key: string) => said(api.POST("/api/records", { ...keyed(key), body: { text, normal } }));
export const visit = (point: string, note: string, key: string) => said(api.POST("/api/patrols/visits", { ...keyed(key), body: { point, note, photos: [] } }));
