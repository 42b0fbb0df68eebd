/** Another cut of the grids, as plain values: which building lies in which grid. */

export interface Cut {
  grid: string;
  buildings: string[];
}

/** The cut with one building moved to another grid. */
export function moved(cut: readonly Cut[], building: string, target: string): Cut[] {
  return cut.map((each) => {
    const rest = each.buildings.filter((name) => name !== building);
    return each.grid === target ? { grid: each.grid, buildings: [...rest, building] } : { grid: each.grid, buildings: rest };
  });
}

/** The grids whose buildings differ from what they are now. */
export function changed(before: readonly Cut[], after: readonly Cut[]): Cut[] {
  const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((each) => b.includes(each));
  return after.filter((each) => !same(each.buildings, before.find((old) => old.grid === each.grid)?.buildings ?? []));
}

/** The last day of a period of so many days that ends today, and its first. */
export function period(today: string, days: number): { from: string; to: string } {
  return { from: new Date(Date.parse(`${today}T00:00:00Z`) - (days - 1) * 86_400_000).toISOString().slice(0, 10), to: today };
}
