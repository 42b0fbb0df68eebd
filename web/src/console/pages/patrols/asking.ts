/** What these pages ask of the gateway, one function each. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Round = Schemas["RoundView"];
export type Walk = Schemas["WalkView"];
export type RoundRequest = Schemas["RoundRequest"];

const one = (id: string) => ({ params: { path: { id } } });

export const rounds = queryOptions({ queryKey: ["rounds"], queryFn: () => said(api.GET("/api/patrols/rounds")) });
export const walks = queryOptions({ queryKey: ["rounds", "today"], queryFn: () => said(api.GET("/api/patrols")), refetchInterval: 60_000 });
export const plan = (id: string, body: RoundRequest) => said(api.PUT("/api/patrols/rounds/{id}", { ...one(id), body }));
export const drop = (id: string) => said(api.DELETE("/api/patrols/rounds/{id}", one(id)));
