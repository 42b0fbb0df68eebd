/** Everything this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Place = Schemas["PlaceView"];
export type Layout = Schemas["LayoutView"];
export type Home = Schemas["HouseholdView"];

const one = (id: string) => ({ params: { path: { id } } });

export const inside = (place: string | null) => queryOptions({ queryKey: ["places", "in", place], queryFn: () => said(api.GET("/api/places/tree", { params: { query: place ? { in: place } : {} } })), staleTime: 60_000 });
export const find = (q: string) => queryOptions({ queryKey: ["places", "find", q], queryFn: () => said(api.GET("/api/places/find", { params: { query: { q } } })) });
/** What a picker offers: places called so, or the outermost ones while nothing is typed. */
export const offered = (q: string) =>
  queryOptions({
    queryKey: ["places", "offered", q],
    queryFn: () => said(q ? api.GET("/api/places/find", { params: { query: { q } } }) : api.GET("/api/places/tree", { params: { query: {} } })),
    staleTime: 60_000,
  });
export const versions = (id: string) => queryOptions({ queryKey: ["places", "versions", id], queryFn: () => said(api.GET("/api/places/{id}/versions", one(id))) });
/** The first devices that stand in a place or in what lies in it, and how many there are. */
export const standing = (place: string) => queryOptions({ queryKey: ["devices", "in", place], queryFn: () => said(api.GET("/api/estate/devices", { params: { query: { place, limit: 30 } } })) });
export const grids = queryOptions({ queryKey: ["places"], queryFn: () => said(api.GET("/api/places")), staleTime: 300_000, select: (found) => found.grids });
export const layout = (line: string, households: boolean) => queryOptions({ queryKey: ["places", "preview", line, households], queryFn: () => said(api.POST("/api/places/preview", { body: { line, households, reason: "" } })), retry: false });
export const homes = (building: string, after: string | null) =>
  said(api.GET("/api/households", { params: { query: { ...(building ? { building } : {}), ...(after ? { after } : {}), limit: 200 } } }));

export const generate = (line: string, households: boolean) => said(api.POST("/api/places/generate", { body: { line, households, reason: "" } }));
export const undo = (step: string) => said(api.POST("/api/estate/undo", { body: { step } }));
export const save = (id: string, entry: Place["entry"], version: number, reason: string) => said(api.PUT("/api/places/{id}", { ...one(id), body: { entry, version, reason } }));
export const drop = (id: string, version: number, reason: string) => said(api.POST("/api/places/{id}/drop", { ...one(id), body: { version, reason } }));
export const saveHome = (id: string, entry: Home["entry"], version: number, reason: string) => said(api.PUT("/api/households/{id}", { ...one(id), body: { entry, version, reason } }));
