import type { Value } from "./arrange";

/** Figures as a chart, its table twin and its CSV all read them: a name and numbers in each row. */
export interface Figures {
  /** What the first column holds, then one name for each series (for a heat map: each column). */
  head: readonly [string, ...string[]];
  rows: readonly (readonly [string, ...(number | null)[]])[];
  unit?: string;
}

/** Whether there is anything to draw. */
export function anything(figures: Figures): boolean {
  return figures.rows.some((row) => row.slice(1).some((value) => value !== null));
}

/** One series by its column, from 1. */
export function series(figures: Figures, column: number): (number | null)[] {
  return figures.rows.map((row) => (row[column] ?? null) as number | null);
}

export function cells(figures: Figures): readonly (readonly Value[])[] {
  return figures.rows;
}
