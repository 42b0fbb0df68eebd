/** A fresh Idempotency-Key. `crypto.randomUUID` is absent on plain HTTP, so the random bytes are drawn by hand. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
