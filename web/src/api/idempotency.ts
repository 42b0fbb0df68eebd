import { Refusal } from "./client";

/** A fresh Idempotency-Key. `crypto.randomUUID` is absent on plain HTTP, so the random bytes are drawn by hand. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const KEPT = 50;
const unanswered = new Map<string, string>();

/** Nobody knows whether the gateway has it: nothing came back, or something between us and it broke. */
const isUnknown = (error: unknown): boolean => error instanceof Refusal && (error.status === 0 || error.status >= 500);

/**
 * Sends an order that must not be done twice. `order` is everything that it says: the same again carries the same key
 * for as long as nobody knows whether it arrived. Other words are another order with another key, so that what was
 * changed is never answered with what was sent before.
 */
export async function underOneKey<T>(order: string, send: (key: string) => Promise<T>): Promise<T> {
  const key = unanswered.get(order) ?? freshKey();
  unanswered.set(order, key);
  for (const oldest of unanswered.keys()) if (unanswered.size > KEPT) unanswered.delete(oldest);
  try {
    const answer = await send(key);
    unanswered.delete(order);
    return answer;
  } catch (error) {
    if (!isUnknown(error)) unanswered.delete(order);
    throw error;
  }
}
