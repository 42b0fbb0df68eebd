/** Everything this page asks of the gateway. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import { places as readPlaces } from "../../../api/gateway";
import type { components } from "../../../api/schema";

type Schemas = components["schemas"];
export type Drawing = Schemas["DrawingView"];
export type Device = Schemas["DeviceView"];
export type Picture = Schemas["DrawingPicture"];
export type Save = Schemas["DrawingSave"];

export const drawings = queryOptions({ queryKey: ["drawings"], queryFn: () => said(api.GET("/api/drawings")) });
export const devices = queryOptions({ queryKey: ["devices"], queryFn: () => said(api.GET("/api/devices")) });
export const places = queryOptions({ queryKey: ["places"], queryFn: readPlaces, staleTime: 300_000 });
export const versions = (place: string) =>
  queryOptions({ queryKey: ["drawings", "versions", place], queryFn: () => said(api.GET("/api/drawings/versions", { params: { query: { place } } })) });

/** Sends a picture as a form of one file; the browser writes the boundary into the header itself. */
export const upload = (file: File): Promise<Picture> =>
  said(
    api.POST("/api/drawings/pictures", {
      body: { file: "" },
      bodySerializer: () => {
        const form = new FormData();
        form.append("file", file, file.name);
        return form;
      },
    }),
  );
export const save = (body: Save) => said(api.POST("/api/drawings", { body }));
export const drop = (place: string, version: number, reason: string) => said(api.POST("/api/drawings/drop", { body: { place, version, reason } }));
export const pictureOf = (sha256: string): string => `/api/drawings/pictures/${sha256}`;

/** Binds a camera to the zone that it watches; everything else of its registration stays. */
export async function bind(id: string, zone: string | null): Promise<void> {
  const one = { params: { path: { id } } };
  const { entry, version } = await said(api.GET("/api/devices/{id}/registration", one));
  await said(api.PUT("/api/devices/{id}", { ...one, body: { entry: { ...entry, zone }, version, reason: "" } }));
}
