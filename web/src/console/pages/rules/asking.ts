/** What this page asks of the gateway, one function each. */
import { queryOptions } from "@tanstack/react-query";

import { api, refusalOf, said, session } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Plain } from "./draft";

type Schemas = components["schemas"];
export type Rule = Schemas["RuleView"];
export type RuleDetail = Schemas["RuleDetail"];
export type RuleCheck = Schemas["RuleCheck"];
export type RuleProblem = Schemas["RuleProblem"];
export type RuleVersion = Schemas["RuleVersion"];
export type FormField = Schemas["RuleFormField"];
export type Choices = Schemas["RuleChoices"];
export type Template = Schemas["TemplateView"];
export type TemplateField = Schemas["TemplateFieldView"];
export type Trial = Schemas["RuleTrial"];
export type Shadow = Schemas["ShadowView"];
export type Pack = Schemas["RulePack"];
export type PackRule = Schemas["PackRule"];
export type Backtest = Schemas["BacktestView"];
export type BacktestResult = Schemas["BacktestResult"];
export type RuleResult = Schemas["RuleResultView"];
export type Hit = Schemas["HitView"];
export type Explained = Schemas["RuleExplain"];

const one = (id: string) => ({ params: { path: { id } } });

export const rules = queryOptions({ queryKey: ["rules"], queryFn: () => said(api.GET("/api/rules")) });
export const rule = (id: string) => queryOptions({ queryKey: ["rules", id], queryFn: () => said(api.GET("/api/rules/{id}", one(id))), retry: false });
export const trials = queryOptions({ queryKey: ["rules", "#trials"], queryFn: () => said(api.GET("/api/rules/trials")), refetchInterval: 30_000 });
export const packs = queryOptions({ queryKey: ["rules", "#packs"], queryFn: () => said(api.GET("/api/rules/packs")) });
export const templates = queryOptions({ queryKey: ["rules", "#templates"], queryFn: () => said(api.GET("/api/rules/templates")), staleTime: 300_000 });
export const choices = queryOptions({ queryKey: ["rules", "#choices"], queryFn: () => said(api.GET("/api/rules/choices")), staleTime: 300_000 });
export const backtest = (id: string) => queryOptions({ queryKey: ["backtests", id], queryFn: () => said(api.GET("/api/backtests/{id}", one(id))) });
export const explained = (id: string, key: string, at: string) =>
  queryOptions({
    queryKey: ["rules", id, "#why", key, at],
    queryFn: () => said(api.GET("/api/rules/{id}/explain", { params: { path: { id }, query: { ...(key ? { key } : {}), ...(at ? { at } : {}) } } })),
    retry: false,
  });

export const fill = (id: string, values: Schemas["TemplateFilled"]["values"]): Promise<RuleCheck> =>
  said(api.POST("/api/rules/templates/{id}/fill", { ...one(id), body: { values } }));
export const validate = (plain: Plain): Promise<RuleCheck> => said(api.POST("/api/rules/validate", { body: { rule: plain } }));
export const save = (id: string, plain: Plain, version: number, reason: string) => said(api.PUT("/api/rules/{id}", { ...one(id), body: { rule: plain, version, reason } }));
export const enable = (id: string, reason: string) => said(api.POST("/api/rules/{id}/enable", { ...one(id), body: { reason } }));
export const disable = (id: string, reason: string) => said(api.POST("/api/rules/{id}/disable", { ...one(id), body: { reason } }));
export const reset = (id: string, reason: string) => said(api.POST("/api/rules/{id}/reset", { ...one(id), body: { reason } }));
export const tryOut = (id: string, plain: Plain) => said(api.POST("/api/rules/{id}/shadow", { ...one(id), body: { on: true, rule: plain } }));
export const endTrial = (id: string) => said(api.POST("/api/rules/{id}/shadow", { ...one(id), body: { on: false } }));
export const takeIn = (text: string, apply: boolean, reason: string) => said(api.POST("/api/rules/import", { body: { text, apply, reason } }));
export const startBacktest = (draft: Plain, last: string): Promise<Backtest> => said(api.POST("/api/backtests", { body: { draft, last, ids: [] } }));
export const cancelBacktest = (id: string) => said(api.DELETE("/api/backtests/{id}", one(id)));

/** An older version as it was, saved as the newest. */
export async function goBack(id: string, number: number, version: number, reason: string): Promise<void> {
  const old = await said(api.GET("/api/rules/{id}/versions/{number}", { params: { path: { id, number } } }));
  await save(id, old.rule, version, reason);
}

/** The rules of the community as a file, or one of them. */
export async function exported(id?: string): Promise<string> {
  const answer = await fetch(`/api/rules/export${id ? `?id=${encodeURIComponent(id)}` : ""}`, { headers: session() });
  if (!answer.ok) throw refusalOf(answer.status, await answer.json().catch(() => null));
  return answer.text();
}
