import type { Bilingual } from "./views";
import { freshKey } from "./idempotency";

/** The gateway's refusal in words: problem+json, or what we can say when nothing readable came back. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: Bilingual,
    readonly facts: Record<string, unknown> = {},
  ) {
    super(detail.en);
  }
}

const UNREACHABLE: Bilingual = { zh: "连不上网关，操作没有发出。", en: "The gateway cannot be reached; nothing was sent." };
const UNREADABLE: Bilingual = {
  zh: "网关没有给出可读的回答，请稍后再试。",
  en: "The gateway gave no readable answer. Try again in a moment.",
};

let csrf = "";
export function setCsrf(token: string): void {
  csrf = token;
}

interface Sent {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  form?: FormData;
  key?: string;
  signal?: AbortSignal;
}

/** Sends one request to the gateway; a refusal is thrown as {@link Refusal}, never as a bare status. */
export async function ask<T>(path: string, sent: Sent = {}): Promise<T> {
  const method = sent.method ?? (sent.body !== undefined || sent.form ? "POST" : "GET");
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") {
    headers["X-CSRF-Token"] = csrf;
    headers["Idempotency-Key"] = sent.key ?? freshKey();
  }
  if (sent.body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      body: sent.form ?? (sent.body === undefined ? null : JSON.stringify(sent.body)),
      signal: sent.signal ?? null,
    });
  } catch {
    throw new Refusal(0, "unreachable", UNREACHABLE);
  }
  if (answer.status === 204) return undefined as T;
  const read: unknown = await answer.json().catch(() => null);
  if (answer.ok) return read as T;
  throw refusalOf(answer.status, read);
}

function refusalOf(status: number, read: unknown): Refusal {
  const problem = (read ?? {}) as { code?: string; detail?: Bilingual | string; facts?: Record<string, unknown> };
  const detail =
    typeof problem.detail === "string"
      ? { zh: problem.detail, en: problem.detail }
      : (problem.detail ?? { zh: `${UNREADABLE.zh}（${status}）`, en: `${UNREADABLE.en} (${status})` });
  return new Refusal(status, problem.code ?? `http_${status}`, detail, problem.facts ?? {});
}
