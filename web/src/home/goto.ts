/** Where to go after a login: back where the person came from if that is a page of ours, else their home. */
export function destination(search: string, home: string): string {
  const next = new URLSearchParams(search).get("next");
  if (next && /^\/(?![/\\])/.test(next) && !next.startsWith("/login")) return next;
  return home;
}
