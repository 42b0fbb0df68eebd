/** Everything this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Arrival = Schemas["ArrivalView"];
export type Registered = Schemas["RegisteredDevice"];

const one = (id: string) => ({ params: { path: { id } } });

/** Devices that speak and are not registered; asked anew every few seconds, so that one is seen to arrive. */
export const arrivals = queryOptions({ queryKey: ["arrivals"], queryFn: () => said(api.GET("/api/arrivals")), refetchInterval: 4_000 });
export const registration = (id: string) => queryOptions({ queryKey: ["devices", id, "registration"], queryFn: () => said(api.GET("/api/devices/{id}/registration", one(id))) });
export const groups = queryOptions({ queryKey: ["quarantine", "groups"], queryFn: () => said(api.GET("/api/quarantine/groups", { params: { query: { limit: 200 } } })) });

export const claimCode = (code: string) => said(api.POST("/api/arrivals/claim", { body: { code } }));
export const claimArrival = (arrival: Pick<Arrival, "profile" | "ident">, id: string) => said(api.POST("/api/arrivals/claim", { body: { profile: arrival.profile, ident: arrival.ident, ...(id ? { id } : {}) } }));
export const activate = (id: string, fields: Record<string, unknown>, place: string | null, version: number) =>
  said(api.POST("/api/devices/{id}/step", { ...one(id), body: { step: "activate", fields, place, version, reason: "" } }));
export const tryGroup = (id: string, group: string) => said(api.POST("/api/devices/{id}/trial", { ...one(id), body: { group, data: {} } }));
export const replay = (group: string) => said(api.POST("/api/quarantine/groups/{id}/replay", { params: { path: { id: group } } }));
