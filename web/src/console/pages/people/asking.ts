/** What this page asks of the gateway, one function each. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Person = Schemas["PersonView"];
export type Role = Person["roles"][number];
export type NewPerson = Schemas["NewPerson"];
export type PersonChange = Schemas["PersonChange"];
export type OneTimeLink = Schemas["OneTimeLink"];
export type Token = Schemas["TokenView"];

const one = (id: string) => ({ params: { path: { id } } });

export const people = queryOptions({ queryKey: ["people"], queryFn: () => said(api.GET("/api/people")) });
export const person = (id: string) => queryOptions({ queryKey: ["people", id], queryFn: () => said(api.GET("/api/people/{id}", one(id))) });
export const grids = queryOptions({ queryKey: ["grids"], queryFn: () => said(api.GET("/api/grids")), staleTime: 300_000 });
export const tokens = queryOptions({ queryKey: ["tokens"], queryFn: () => said(api.GET("/api/tokens")) });

export const add = (body: NewPerson) => said(api.POST("/api/people", { body }));
export const change = (id: string, body: PersonChange) => said(api.PATCH("/api/people/{id}", { ...one(id), body }));
export const invite = (id: string) => said(api.POST("/api/people/{id}/invite", one(id)));
export const reset = (id: string) => said(api.POST("/api/people/{id}/reset", one(id)));
export const unlock = (id: string) => said(api.POST("/api/people/{id}/unlock", one(id)));
export const close = (id: string, reason: string) => said(api.POST("/api/people/{id}/deactivate", { ...one(id), body: { reason } }));
export const open = (id: string, reason: string) => said(api.POST("/api/people/{id}/activate", { ...one(id), body: { reason } }));
export const unmask = (id: string, field: string, reason: string) => said(api.POST("/api/people/{id}/unmask", { ...one(id), body: { field, reason } }));
export const makeToken = (body: Schemas["NewToken"]) => said(api.POST("/api/tokens", { body }));
export const revoke = (id: string) => said(api.DELETE("/api/tokens/{id}", one(id)));
