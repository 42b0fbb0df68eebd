/** What these pages ask of the gateway, one function each. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Channel = Schemas["ChannelView"];
export type Became = Schemas["ChannelTest"];
export type Trial = Schemas["TrialView"];

export const channels = queryOptions({ queryKey: ["channels"], queryFn: () => said(api.GET("/api/channels")), refetchInterval: 30_000 });
export const trials = queryOptions({
  queryKey: ["trials"],
  queryFn: () => said(api.GET("/api/trials")),
  refetchInterval: ({ state }) => (state.data?.items[0] && !state.data.items[0].complete ? 2_000 : 60_000),
});

export const test = (name: string) => said(api.POST("/api/channels/{name}/test", { params: { path: { name } } }));
export const begin = (device: string, category: string | null, key: string) =>
  said(api.POST("/api/trials", { params: { header: { "Idempotency-Key": key } }, body: { device, ...(category ? { category } : {}) } }));
