import type { Finding } from "./asking";

/** Where a finding stands, as a spreadsheet says it: sheet, row, column; row 0 is the site as a whole. */
export function placeOf(finding: Pick<Finding, "sheet" | "row" | "column">, whole: string): string {
  if (finding.row === 0) return whole;
  return [finding.sheet, `#${finding.row}`, finding.column].filter(Boolean).join(" · ");
}

/** Findings by row, in the order of the sheet, so that a row with three mistakes is mended once. */
export function byRow(findings: readonly Finding[]): { key: string; first: Finding; all: Finding[] }[] {
  const rows = new Map<string, Finding[]>();
  for (const each of findings) {
    const key = `${each.sheet}#${each.row}`;
    rows.set(key, [...(rows.get(key) ?? []), each]);
  }
  return [...rows].map(([key, all]) => ({ key, first: all[0] as Finding, all }));
}
