/** What the plans ask of the gateway. */
import { api, said } from "../../api/client";

export const drawings = () => said(api.GET("/api/drawings"));
export const devices = () => said(api.GET("/api/devices"));
export const pictureOf = (sha256: string): string => `/api/drawings/pictures/${sha256}`;
