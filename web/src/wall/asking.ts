/** What the wall asks of the gateway. */
import { api, said } from "../api/client";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type WallView = Schemas["WallView"];
export type WallAlarm = Schemas["WallAlarm"];
export type Pairing = Schemas["PairingBegun"];

export const wall = (): Promise<WallView> => said(api.GET("/api/wall"));

/** Who reported what, by the number of the case. */
export async function reporters(): Promise<Record<string, string>> {
  const { items } = await said(api.GET("/api/wall/reporters"));
  return Object.fromEntries(items.map((each) => [each.key, each.name]));
}

export const beginPairing = (): Promise<Pairing> => said(api.POST("/api/screens/pairing"));

export const claim = (secret: string) => said(api.POST("/api/screens/pairing/claim", { body: { secret } }));
