/** What this page asks of the gateway, one function each. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import { places as tree } from "../../../api/gateway";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Mode = Schemas["ModeView"];
export type Device = Schemas["DeviceView"];

export const modes = queryOptions({ queryKey: ["modes"], queryFn: () => said(api.GET("/api/modes")), refetchInterval: 15_000 });
export const places = queryOptions({ queryKey: ["places"], queryFn: tree, staleTime: 300_000 });

export const setMode = (flag: string, value: boolean, zone: string | null, until: string | null) =>
  said(api.POST("/api/modes", { body: { flags: { [flag]: value }, zone, until } }));

export const devices = queryOptions({ queryKey: ["devices", "names"], queryFn: () => said(api.GET("/api/devices")), staleTime: 60_000 });

export const play = (device: string, category: string, key: string) => said(api.POST("/api/trials", { params: { header: { "Idempotency-Key": key } }, body: { device, category } }));
