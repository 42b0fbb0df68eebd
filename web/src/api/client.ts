import createClient, { type Middleware } from "openapi-fetch";

import type { paths } from "./schema";
import type { Bilingual } from "./views";

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

/** The header that a request made by hand carries when somebody is logged in. */
export function session(): Record<string, string> {
  return csrf ? { "X-CSRF-Token": csrf } : {};
}

const manners: Middleware = {
  onRequest: ({ request }) => {
    if (request.method !== "GET") request.headers.set("X-CSRF-Token", csrf);
    return request;
  },
  onError: () => new Refusal(0, "unreachable", UNREACHABLE),
};

/** The typed client: addresses, parameters and answers are those of docs/openapi.json. */
export const api = createClient<paths>({
  baseUrl: "",
  credentials: "same-origin",
  headers: { Accept: "application/json" },
  fetch: (request) => fetch(request), // looked up at each call, so that a page's own fetch is used
});
api.use(manners);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Waits for an answer and returns what it says; a refusal is thrown in words, never as a bare status. */
export async function said<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (response.ok) return data as T;
  throw refusalOf(response.status, error);
}

/** Returns a refusal from what an answer holds; status 0: nothing came back. */
export function refusalOf(status: number, read: unknown): Refusal {
  if (status === 0) return new Refusal(0, "unreachable", UNREACHABLE);
  const problem = (typeof read === "object" && read !== null ? read : {}) as {
    code?: string;
    detail?: Bilingual;
    facts?: Record<string, unknown>;
  };
  const words = { zh: `${UNREADABLE.zh}（${status}）`, en: `${UNREADABLE.en} (${status})` };
  return new Refusal(status, problem.code ?? `http_${status}`, problem.detail ?? words, problem.facts ?? {});
}
