/** Everything this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Looked = Schemas["ImportView"];
export type Finding = Schemas["ImportFinding"];
export type Saved = Schemas["EstateSaved"];

export const steps = queryOptions({ queryKey: ["estate", "steps"], queryFn: () => said(api.GET("/api/estate/steps")) });

/** Sends a table to be looked at; nothing is saved by it. */
export function look(file: File): Promise<Looked> {
  const form = new FormData();
  form.append("file", file, file.name);
  return said(api.POST("/api/estate/imports", { body: form as unknown as { file: string }, bodySerializer: (body) => body as unknown as FormData }));
}

export const confirm = (id: string, reason: string) => said(api.POST("/api/estate/imports/{id}/confirm", { params: { path: { id } }, body: { reason } }));
export const undo = (step: string) => said(api.POST("/api/estate/undo", { body: { step } }));
export const sheetOf = (id: string): string => `/api/estate/imports/${encodeURIComponent(id)}/sheet`;
export const exported = (format: "xlsx" | "csv", what = "device"): string => `/api/estate/export?format=${format}${format === "csv" ? `&what=${what}` : ""}`;
