/** What this page asks of the gateway, one function each. */
import { api, said } from "../../../api/client";

export const changePassword = (body: { current: string; new: string }) => said(api.POST("/api/me/password", { body }));
export const beginFactor = (current: string) => said(api.POST("/api/me/second-factor", { body: { current } }));
export const confirmFactor = (code: string) => said(api.POST("/api/me/second-factor/confirm", { body: { code } }));
export const removeFactor = (body: { current: string; code: string }) => said(api.POST("/api/me/second-factor/remove", { body }));
