/** Every request the screens make, one function each. */
import { api, said, setCsrf } from "./client";
import type { components, operations } from "./schema";
import type { Alert, AlertDetail, Candidate, Command, CommandList, CommandRequest, Incident, IncidentDetail, LoginResult, Me, PlaceTree, ReportRequest, ReportStored } from "./views";

type Page<T> = { items: T[]; next: string | null };
type WhichCases = NonNullable<operations["incidents"]["parameters"]["query"]>;

export async function me(): Promise<Me> {
  const answer = await said(api.GET("/api/me"));
  setCsrf(answer.csrf);
  return answer;
}

export async function login(user: string, password: string, code = ""): Promise<LoginResult> {
  const answer = await said(api.POST("/api/login", { body: { user, password, ...(code ? { code } : {}) } }));
  setCsrf(answer.csrf);
  return answer;
}

export async function loginByLink(token: string, password: string | null, code = ""): Promise<LoginResult> {
  const body = { token, ...(password === null ? {} : { password }), ...(code ? { code } : {}) };
  const answer = await said(api.POST("/api/login/link", { body }));
  setCsrf(answer.csrf);
  return answer;
}

export async function logout(): Promise<void> {
  await said(api.POST("/api/logout"));
}

export const incident = (number: string): Promise<IncidentDetail> =>
  said(api.GET("/api/incidents/{number}", { params: { path: { number } } }));

export const incidents = (query: WhichCases): Promise<Page<Incident>> => said(api.GET("/api/incidents", { params: { query } }));

export const openAlerts = (): Promise<Page<Alert>> => said(api.GET("/api/alerts", { params: { query: { open: true } } }));

export const alert = (id: string): Promise<AlertDetail> => said(api.GET("/api/alerts/{id}", { params: { path: { id } } }));

export const acknowledge = (id: string): Promise<{ alert: Alert }> =>
  said(api.POST("/api/alerts/{id}/acknowledge", { params: { path: { id } } }));

export const clearAlert = (id: string, reason: string): Promise<{ alert: Alert }> =>
  said(api.POST("/api/alerts/{id}/clear", { params: { path: { id } }, body: { reason } }));

/** One action on a case; `version` is the one the person was looking at, `key` stays the same on every retry. */
export const act = (
  number: string,
  action: string,
  version: number,
  fields: Record<string, unknown>,
  key: string,
): Promise<{ incident: Incident; result: Record<string, unknown> }> =>
  said(
    api.POST("/api/incidents/{number}/actions", {
      params: { path: { number }, header: { "Idempotency-Key": key } },
      body: { action, version, fields },
    }),
  );

export const candidates = (number: string): Promise<Candidate[]> =>
  said(api.GET("/api/incidents/{number}/candidates", { params: { path: { number } } }));

export const commandsOfCase = (number: string): Promise<CommandList> =>
  said(api.GET("/api/incidents/{number}/commands", { params: { path: { number } } }));

export const commandsOfDevice = (id: string): Promise<CommandList> =>
  said(api.GET("/api/devices/{id}/commands", { params: { path: { id } } }));

export const command = (id: string, body: CommandRequest, key: string): Promise<Command> =>
  said(api.POST("/api/devices/{id}/commands", { params: { path: { id }, header: { "Idempotency-Key": key } }, body }));

export const trials = () => said(api.GET("/api/trials"));

export const sounded = (id: string) => said(api.POST("/api/trials/{id}/sounded", { params: { path: { id } } }));

export const places = (): Promise<PlaceTree> => said(api.GET("/api/places"));

export const report = (body: ReportRequest, key: string): Promise<ReportStored> =>
  said(api.POST("/api/reports", { params: { header: { "Idempotency-Key": key } }, body }));

export const reportForm = (p: string | null) => said(api.GET("/api/public/form", { params: { query: p ? { p } : {} } }));

export const reportAnswer = (token: string) => said(api.GET("/api/public/reports/{token}", { params: { path: { token } } }));

export const rateReport = (token: string, score: number, words: string, key: string) =>
  said(
    api.POST("/api/public/reports/{token}/rating", {
      params: { path: { token }, header: { "Idempotency-Key": key } },
      body: { score, words },
    }),
  );

export const withdrawReport = (token: string) => said(api.DELETE("/api/public/reports/{token}", { params: { path: { token } } }));

export const askReopen = (token: string, key: string) =>
  said(api.POST("/api/public/reports/{token}/reopen", { params: { path: { token }, header: { "Idempotency-Key": key } } }));

export type SilenceRequest = components["schemas"]["SilenceRequest"];

export const silences = () => said(api.GET("/api/silences"));

export const silence = (body: SilenceRequest) => said(api.POST("/api/silences", { body }));

export const endSilence = (id: string) => said(api.DELETE("/api/silences/{id}", { params: { path: { id } } }));

export const cameras = () => said(api.GET("/api/cameras"));

export const reveal = (sha256: string, reason: string) =>
  said(api.POST("/api/evidence/{sha256}/reveal", { params: { path: { sha256 } }, body: { reason } }));

export const phoneOf = (number: string, person: string) =>
  said(api.POST("/api/incidents/{number}/phone", { params: { path: { number } }, body: { person } }));

export const shiftLoad = () => said(api.GET("/api/load"));

export const modes = () => said(api.GET("/api/modes"));

export const everybody = () => said(api.GET("/api/people"));

export const categories = () => said(api.GET("/api/categories"));

export const exportCases = (body: components["schemas"]["ExportRequest"]): Promise<Blob> =>
  said(api.POST("/api/incidents/export", { body, parseAs: "blob" })) as Promise<Blob>;

export const takeEvidence = (number: string, reason: string): Promise<Blob> =>
  said(api.POST("/api/incidents/{number}/evidence/package", { params: { path: { number } }, body: { reason }, parseAs: "blob" })) as Promise<Blob>;

export const eventsBetween = (from: string, to: string) => said(api.GET("/api/events", { params: { query: { from, to, limit: 50 } } }));

export const explained = (rule: string, key: Record<string, unknown>, at: string) =>
  said(api.GET("/api/rules/{id}/explain", { params: { path: { id: rule }, query: { key: JSON.stringify(key), at } } }));

export const auditOf = (about: string) => said(api.GET("/api/audit", { params: { query: { object: about, limit: 50 } } }));
