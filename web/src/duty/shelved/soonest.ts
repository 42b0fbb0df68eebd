/** What ends first stands first; equal ends keep the order they came in. */
export function soonestFirst<T extends { until: string }>(items: T[]): T[] {
  return [...items].sort((a, b) => Date.parse(a.until) - Date.parse(b.until));
}
