/** What this page asks of the gateway, one function each. */
import { queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";

export type Backups = components["schemas"]["BackupList"];
export type Backup = components["schemas"]["BackupView"];

export const backups = queryOptions({
  queryKey: ["backups"],
  queryFn: () => said(api.GET("/api/backups")),
  refetchInterval: (query) => (query.state.data?.running_since ? 2_000 : 30_000),
});

export const make = () => said(api.POST("/api/backups"));
export const verify = (name: string) => said(api.POST("/api/backups/{name}/verify", { params: { path: { name } } }));
export const fileOf = (name: string) => `/api/backups/${encodeURIComponent(name)}/file`;
