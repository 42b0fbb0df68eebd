import { Refusal, refusalOf, session } from "../api/client";
import type { components } from "../api/schema";

export type ReportForm = components["schemas"]["ReportForm"];
export type Taken = components["schemas"]["PublicReportTaken"];
export type Answer = components["schemas"]["PublicAnswer"];

/** What somebody has filled in. */
export interface Said {
  category: string;
  spot: string;
  where: string;
  text: string;
  phone: string;
  code: string;
  website: string;
  photos: Blob[];
  voice: File | null;
}

const SOONEST_MS = 3_300; // the gateway takes no form that was filled in faster
const TRIES = 4;

/** A random word of this phone, so that a whole building behind one address is not counted as one. */
export function phoneWord(fresh: () => string): string {
  try {
    const kept = localStorage.getItem("gateway.device");
    if (kept) return kept;
    const word = fresh();
    localStorage.setItem("gateway.device", word);
    return word;
  } catch {
    return "";
  }
}

export function formOf(said: Said, given: { ticket: string; token: string | null; device: string; language: string }): FormData {
  const form = new FormData();
  const fields: Record<string, string> = {
    category: said.category,
    ticket: given.ticket,
    where: said.where.trim(),
    text: said.text.trim(),
    phone: said.phone.trim(),
    code: said.code.trim(),
    language: given.language,
    device: given.device,
    website: said.website,
  };
  if (given.token) fields.p = given.token;
  else if (said.spot) fields.spot = said.spot;
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  said.photos.forEach((photo, index) => form.append("photos", photo, `${index + 1}.jpg`));
  if (said.voice) form.append("voice", said.voice, said.voice.name || "voice");
  return form;
}

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/**
 * Sends a report; a broken line is tried again with the same key, so that nothing arrives twice.
 * A form that was open for too long gets a fresh ticket and is sent once more.
 */
export async function sendReport(
  make: (ticket: string) => FormData,
  form: { ticket: string; openedAt: number },
  key: string,
  renew: () => Promise<string>,
): Promise<Taken> {
  await pause(form.openedAt + SOONEST_MS - Date.now());
  let ticket = form.ticket;
  let renewed = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(make(ticket), key);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : null;
      if (refusal?.code === "report_ticket" && !renewed) {
        renewed = true;
        ticket = await renew();
        await pause(SOONEST_MS);
      } else if (!refusal || refusal.status !== 0 || attempt >= TRIES) throw error;
      else await pause(attempt * 1_500);
    }
  }
}

async function post(body: FormData, key: string): Promise<Taken> {
  let response: Response;
  try {
    response = await fetch("/api/public/reports", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Idempotency-Key": key, Accept: "application/json", ...session() },
      body,
    });
  } catch {
    throw refusalOf(0, null);
  }
  const said: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusalOf(response.status, said);
  return said as Taken;
}
