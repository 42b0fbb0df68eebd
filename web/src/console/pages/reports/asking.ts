/** Everything this page asks of the gateway. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, said } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Kind } from "./period";

type Schemas = components["schemas"];
export type Ledger = Schemas["LedgerView"];
export type Digest = Schemas["DigestView"];

const asked = (kind: Kind, day: string) => ({ params: { path: { kind }, query: day ? { day } : {} } });

export const ledger = (kind: Kind, day: string) =>
  queryOptions({ queryKey: ["ledgers", kind, day], queryFn: () => said(api.GET("/api/ledgers/{kind}", asked(kind, day))), placeholderData: keepPreviousData });
export const digest = (kind: Kind, day: string) =>
  queryOptions({ queryKey: ["ledgers", kind, day, "digest"], queryFn: () => said(api.GET("/api/ledgers/{kind}/digest", asked(kind, day))), placeholderData: keepPreviousData });
export const fileOf = (kind: Kind, day: string, format: "csv" | "xlsx", lang: string) =>
  `/api/ledgers/${kind}/export?${new URLSearchParams({ ...(day ? { day } : {}), format, lang }).toString()}`;
