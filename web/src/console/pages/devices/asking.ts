/** Everything this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Device = Schemas["DeviceView"];
export type DeviceDetail = Schemas["DeviceDetail"];
export type Registered = Schemas["RegisteredDevice"];
export type Availability = Device["availability"]["state"];
export type Life = Registered["state"];
export type TrialEvent = Schemas["TrialEvent"];
export type TrialRule = Schemas["TrialRule"];
export type Table = Schemas["DeviceTable"];
export type Trial = Schemas["TrialView"];
export type CredentialMade = Schemas["CredentialMade"];
export type Heard = Schemas["EventView"];
export type Step = "minute" | "hour" | "day";

const one = (id: string) => ({ params: { path: { id } } });

export const devices = queryOptions({ queryKey: ["devices"], queryFn: () => said(api.GET("/api/devices")), refetchInterval: 30_000 });
/** What the list is narrowed to, and in which order and on which page it is; as it stands in the address. */
export interface Wanted {
  q: string;
  place: string;
  type: string;
  state: string;
  life: string;
  profile: string;
  sort: string;
  page: string;
}
export const PAGE_SIZE = 50;
const MOST = 500;

const given = ({ page, ...wanted }: Wanted, limit: number) =>
  ({ ...Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== "")), page: Math.max(1, Math.trunc(Number(page)) || 1), limit }) as { page: number; limit: number };
const ask = (wanted: Wanted, limit: number) => said(api.GET("/api/estate/devices", { params: { query: given(wanted, limit) } }));

/** One page of the devices that fit: the gateway searches, orders and counts. */
export const table = (wanted: Wanted) => queryOptions({ queryKey: ["devices", "table", wanted], queryFn: () => ask(wanted, PAGE_SIZE), refetchInterval: 30_000, placeholderData: (before: Table | undefined) => before });

/** Every device that fits, for a file. */
export async function wholeTable(wanted: Wanted): Promise<Device[]> {
  const found: Device[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await ask({ ...wanted, page: String(page) }, MOST);
    found.push(...answer.items);
    if (page >= answer.pages) return found;
  }
}

export const device = (id: string) => queryOptions({ queryKey: ["devices", id], queryFn: () => said(api.GET("/api/devices/{id}", one(id))), refetchInterval: 15_000 });
export const registration = (id: string) => queryOptions({ queryKey: ["devices", id, "registration"], queryFn: () => said(api.GET("/api/devices/{id}/registration", one(id))) });
export const versions = (id: string) => queryOptions({ queryKey: ["devices", id, "versions"], queryFn: () => said(api.GET("/api/devices/{id}/versions", one(id))) });
export const commands = (id: string) => queryOptions({ queryKey: ["devices", id, "commands"], queryFn: () => said(api.GET("/api/devices/{id}/commands", one(id))), refetchInterval: 10_000 });
export const metrics = (id: string) => queryOptions({ queryKey: ["devices", id, "metrics"], queryFn: () => said(api.GET("/api/devices/{id}/metrics", one(id))) });
export const measured = (id: string, metric: string, step: Step, from: string, to: string) =>
  queryOptions({
    queryKey: ["devices", id, "telemetry", metric, step, from, to],
    queryFn: () => said(api.GET("/api/devices/{id}/telemetry", { params: { path: { id }, query: { metric, step, from, to, limit: 500 } } })),
  });
export const kinds = queryOptions({ queryKey: ["kinds"], queryFn: () => said(api.GET("/api/kinds")), staleTime: Number.POSITIVE_INFINITY });
export const rules = queryOptions({ queryKey: ["rules"], queryFn: () => said(api.GET("/api/rules")), staleTime: 60_000 });
export const profiles = queryOptions({ queryKey: ["profiles"], queryFn: () => said(api.GET("/api/profiles")), staleTime: 60_000 });
export const explain = (rule: string, device: string, at: string | null) =>
  queryOptions({
    queryKey: ["rules", rule, "explain", device, at],
    queryFn: () => said(api.GET("/api/rules/{id}/explain", { params: { path: { id: rule }, query: { key: device, ...(at ? { at } : {}) } } })),
  });

export const credentials = queryOptions({ queryKey: ["credentials"], queryFn: () => said(api.GET("/api/credentials")) });
export const makeCredential = (id: string, scheme: "password" | "url") => said(api.POST("/api/devices/{id}/credential", { ...one(id), body: { scheme } }));
export const takeCredential = (id: string) => said(api.DELETE("/api/devices/{id}/credential", one(id)));
export const drills = queryOptions({ queryKey: ["trials"], queryFn: () => said(api.GET("/api/trials")), refetchInterval: 5_000 });
export const drill = (id: string, key: string) => said(api.POST("/api/trials", { params: { header: { "Idempotency-Key": key } }, body: { device: id } }));
export const tryOut = (id: string, kind: string, data: Record<string, unknown>) => said(api.POST("/api/devices/{id}/trial", { ...one(id), body: { kind, data } }));
export const save = (id: string, entry: Registered["entry"], version: number, reason: string) => said(api.PUT("/api/devices/{id}", { ...one(id), body: { entry, version, reason } }));
export const step = (id: string, name: string, version: number, reason: string, fields: Record<string, unknown> = {}, place: string | null = null) =>
  said(api.POST("/api/devices/{id}/step", { ...one(id), body: { step: name, fields, place, version, reason } }));
export const drop = (id: string, version: number, reason: string) => said(api.POST("/api/devices/{id}/drop", { ...one(id), body: { version, reason } }));
/** The device whose label carries this code. */
export const byCode = (code: string) => queryOptions({ queryKey: ["devices", "code", code], queryFn: () => said(api.GET("/api/devices/by-code/{code}", { params: { path: { code } } })), retry: false });
/** What a device that stands in this place says: its building, unit, floor or zone. */
export async function partsOf(place: string): Promise<Record<string, string>> {
  const { items } = await said(api.GET("/api/places/find", { params: { query: { q: place } } }));
  return items.find((each) => each.id === place)?.parts ?? {};
}
