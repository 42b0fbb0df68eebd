/** Every request the screens make, one function each. */
import { ask, setCsrf } from "./client";
import type { Alert, AlertDetail, Candidate, Incident, IncidentDetail, LoginResult, Me, PlaceTree, ReportRequest, ReportStored } from "./views";

export async function me(): Promise<Me> {
  const answer = await ask<Me>("/api/me");
  setCsrf(answer.csrf);
  return answer;
}

export async function login(user: string, password: string): Promise<LoginResult> {
  const answer = await ask<LoginResult>("/api/login", { body: { user, password } });
  setCsrf(answer.csrf);
  return answer;
}

export async function loginByLink(token: string, password: string | null): Promise<LoginResult> {
  const answer = await ask<LoginResult>("/api/login/link", { body: password === null ? { token } : { token, password } });
  setCsrf(answer.csrf);
  return answer;
}

export const logout = (): Promise<void> => ask("/api/logout", { method: "POST" });

export const incident = (number: string): Promise<IncidentDetail> => ask(`/api/incidents/${encodeURIComponent(number)}`);

export const incidents = (query: Record<string, string>): Promise<{ items: Incident[]; next: string | null }> =>
  ask(`/api/incidents?${new URLSearchParams(query).toString()}`);

export const alert = (id: string): Promise<AlertDetail> => ask(`/api/alerts/${encodeURIComponent(id)}`);

export const acknowledge = (id: string, key: string): Promise<{ alert: Alert }> =>
  ask(`/api/alerts/${encodeURIComponent(id)}/acknowledge`, { method: "POST", key });

/** One action on a case; `version` is the one the person was looking at, `key` stays the same on every retry. */
export const act = (
  number: string,
  action: string,
  version: number,
  fields: Record<string, unknown>,
  key: string,
): Promise<{ incident: Incident; result: Record<string, unknown> }> =>
  ask(`/api/incidents/${encodeURIComponent(number)}/actions`, { body: { action, version, fields }, key });

export const candidates = (number: string): Promise<Candidate[]> => ask(`/api/incidents/${encodeURIComponent(number)}/candidates`);

export function sendPhoto(number: string, picture: Blob, capturedAt: string, key: string): Promise<{ sha256: string }> {
  const form = new FormData();
  form.append("file", picture, "photo.jpg");
  form.append("captured_at", capturedAt);
  return ask(`/api/incidents/${encodeURIComponent(number)}/photos`, { form, key });
}

export const places = (): Promise<PlaceTree> => ask("/api/places");

export const report = (request: ReportRequest, key: string): Promise<ReportStored> => ask("/api/reports", { body: request, key });
