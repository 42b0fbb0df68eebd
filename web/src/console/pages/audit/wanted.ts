/** What is looked for in the audit log, as the address says it. */
export interface Wanted {
  who: string;
  action: string;
  about: string;
  from: string;
  to: string;
}

/** The groups by which people look; the gateway takes `login*` for everything that begins so. */
export const GROUPS = ["login", "permission", "unmask", "reveal", "export", "modes", "silence", "backup", "person"] as const;

/** The request's parameters; what is empty is not sent. */
export function query(wanted: Wanted): Record<string, string> {
  const all = { actor: wanted.who.trim(), action: wanted.action && `${wanted.action}*`, object: wanted.about.trim(), from: wanted.from, to: wanted.to };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/** The address of the same rows as a table to take away. */
export function csvAddress(wanted: Wanted): string {
  return `/api/audit.csv?${new URLSearchParams(query(wanted)).toString()}`;
}

/** The details of a row in one line: `reason: …, rows: 5`. */
export function inShort(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");
}
