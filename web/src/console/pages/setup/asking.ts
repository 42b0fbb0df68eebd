/** What this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, refusalOf, said, session } from "../../../api/client";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Settings = Schemas["SettingsView"];
export type Integration = Schemas["Integration"];
export type Retention = Schemas["Retention"];
export type Forecast = Schemas["RetentionForecast"];

export type Upgrades = Schemas["UpgradeView"];
export type Package = Schemas["PackageView"];
export type Version = Schemas["VersionView"];

export const settings = queryOptions({ queryKey: ["settings"], queryFn: () => said(api.GET("/api/settings")), refetchInterval: 30_000 });

/** What other times would delete, counted now; changes nothing. */
export const forecast = (values: Schemas["RetentionAsk"]["values"]) => said(api.POST("/api/settings/retention/forecast", { body: { values } }));
export const saveRetention = (body: Schemas["RetentionSave"]) => said(api.PUT("/api/settings/retention", { body }));

export type Receiver = Schemas["ReceiverView"];
export type NewReceiverBody = Schemas["NewReceiver"];
/** Systems that are told about cases, those of the file and those that were named here. */
export const receivers = queryOptions({ queryKey: ["receivers"], queryFn: () => said(api.GET("/api/receivers")), refetchInterval: 30_000 });
const named = (name: string) => ({ params: { path: { name } } });
export const addReceiver = (body: NewReceiverBody) => said(api.POST("/api/receivers", { body }));
export const pauseReceiver = (name: string, paused: boolean) => said(api.PUT("/api/receivers/{name}/paused", { ...named(name), body: { paused } }));
export const testReceiver = (name: string) => said(api.POST("/api/receivers/{name}/test", named(name)));
export const removeReceiver = (name: string) => said(api.DELETE("/api/receivers/{name}", named(name)));

/** Whether a rule is in force, and whether a test was heard at a desk: the steps that the settings do not know. */
export const ruled = queryOptions({ queryKey: ["setup", "ruled"], queryFn: async () => (await said(api.GET("/api/rules"))).items.some((each) => each.enabled), staleTime: 60_000 });
export const heard = queryOptions({
  queryKey: ["setup", "heard"],
  queryFn: async () => (await said(api.GET("/api/trials"))).items.some((trial) => trial.steps.some((each) => each.step === "sounded" && each.at !== null)),
  refetchInterval: 30_000,
});

export const upgrades = queryOptions({
  queryKey: ["setup", "upgrades"],
  queryFn: () => said(api.GET("/api/upgrades")),
  refetchInterval: (query) => (query.state.data?.doing ? 2_000 : 30_000),
});
export const announcePackage = (body: Schemas["UpgradeAnnounce"]) => said(api.POST("/api/upgrades/uploads", { body }));
export const installPackage = () => said(api.POST("/api/upgrades/install"));
export const dropPackage = () => said(api.DELETE("/api/upgrades/package"));

/** Sends a file as it is; by hand, because only this way of asking tells how far it has come. */
export function sendPackage(id: string, file: File, far: (bytes: number) => void): Promise<Upgrades> {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    asked.open("PUT", `/api/upgrades/uploads/${id}`);
    asked.setRequestHeader("Content-Type", "application/octet-stream");
    for (const [name, value] of Object.entries(session())) asked.setRequestHeader(name, value);
    asked.responseType = "json";
    asked.upload.onprogress = (event) => far(event.loaded);
    asked.onload = () => (asked.status === 200 ? resolve(asked.response as Upgrades) : reject(refusalOf(asked.status, asked.response)));
    asked.onerror = () => reject(refusalOf(0, null));
    asked.send(file);
  });
}
