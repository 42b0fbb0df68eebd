/** Everything this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Screen = Schemas["ScreenView"];

export const screens = queryOptions({ queryKey: ["screens"], queryFn: () => said(api.GET("/api/screens")), refetchInterval: 30_000 });
export const pair = (body: Schemas["NewScreen"]) => said(api.POST("/api/screens", { body }));
export const revoke = (id: string) => said(api.DELETE("/api/screens/{id}", { params: { path: { id } } }));
