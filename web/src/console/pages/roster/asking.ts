/** What these pages ask of the gateway, one function each. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { RosterEntry } from "./entry";

type Schemas = components["schemas"];
export type Roster = Schemas["RosterView"];
export type Stint = Schemas["StintView"];
export type Gap = Schemas["GapView"];
export type Leave = Schemas["LeaveView"];
export type Swap = Schemas["SwapView"];
export type RosterPlan = Schemas["RosterPlan"];
export type RosterPerson = Schemas["RosterPerson"];
export type Arranged = Schemas["Arranged"];

export const roster = (from: string, to: string, person = "") =>
  queryOptions({
    queryKey: ["roster", "days", from, to, person],
    queryFn: () => said(api.GET("/api/roster", { params: { query: { from, to, ...(person ? { person } : {}) } } })),
  });
export const people = queryOptions({ queryKey: ["roster", "people"], queryFn: () => said(api.GET("/api/roster/people")), staleTime: 60_000 });
export const plan = queryOptions({ queryKey: ["roster", "plan"], queryFn: () => said(api.GET("/api/roster/plan")) });
export const history = queryOptions({ queryKey: ["roster", "history"], queryFn: () => said(api.GET("/api/roster/plan/versions")) });
export const requests = queryOptions({ queryKey: ["roster", "requests"], queryFn: () => said(api.GET("/api/roster/requests")) });
export const grids = queryOptions({ queryKey: ["grids"], queryFn: () => said(api.GET("/api/grids")), staleTime: 300_000 });

export const savePlan = (entry: RosterEntry | Record<string, unknown>, version: number, reason: string) =>
  said(api.PUT("/api/roster/plan", { body: { entry: { ...entry }, version, reason } }));
export const askSwap = (body: Schemas["SwapAsk"]) => said(api.POST("/api/roster/swaps", { body }));
export const askLeave = (body: Schemas["LeaveAsk"]) => said(api.POST("/api/roster/leave", { body }));
export const answerSwap = (id: string, yes: boolean) => said(api.POST("/api/roster/swaps/{id}/answer", { params: { path: { id } }, body: { yes } }));
export const answerLeave = (id: string, yes: boolean) => said(api.POST("/api/roster/leave/{id}/answer", { params: { path: { id } }, body: { yes } }));
export const withdraw = (id: string) => said(api.POST("/api/roster/requests/{id}/withdraw", { params: { path: { id } } }));
