/** Wall-clock times of the site and instants, whatever zone this screen lives in. */

const parts = (zone: string) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

/** The instant as the site's clock shows it: `2026-03-01T09:30`, what a `datetime-local` field takes. */
export function wallOf(at: Date, zone: string): string {
  const found = Object.fromEntries(parts(zone).formatToParts(at).map((part) => [part.type, part.value]));
  return `${found["year"]}-${found["month"]}-${found["day"]}T${found["hour"]}:${found["minute"]}`;
}

/**
 * The instant at which the site's clock shows this, as ISO in UTC. A time that a change of clocks skips is moved
 * forwards; one that comes twice is the first. Null when it is no time.
 */
export function instantOf(wall: string, zone: string): string | null {
  const naive = Date.parse(`${wall}:00Z`);
  if (Number.isNaN(naive) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(wall)) return null;
  const offset = (at: number) => Date.parse(`${wallOf(new Date(at), zone)}:00Z`) - at;
  const guesses = [naive - offset(naive - 86_400_000), naive - offset(naive + 86_400_000)];
  const found = guesses.find((at) => wallOf(new Date(at), zone) === wall) ?? guesses[0] ?? naive;
  return new Date(found).toISOString();
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** A cell of a file as the site's people read it: an instant becomes `2026-03-01 09:30` by the site's clock, all else stays. */
export function readable<Cell>(cell: Cell, zone: string): Cell | string {
  return typeof cell === "string" && INSTANT.test(cell) ? wallOf(new Date(cell), zone).replace("T", " ") : cell;
}
