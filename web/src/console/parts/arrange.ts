/** What a table shows of what it was given: order, search, pages. No page, no address: values in, values out. */

export type Value = string | number | null;

export interface Column<Row> {
  /** Stays the same for good: it stands in addresses. */
  key: string;
  title: string;
  /** What is read, sorted by, searched in and downloaded. Times as ISO texts sort by themselves. */
  value: (row: Row) => Value;
  /** Where that is only a code to sort by (a level): the word that is searched in and downloaded instead. */
  word?: (row: Row) => Value;
  /** Figures stand at the right. */
  numeric?: boolean;
}

const collator = new Intl.Collator(["zh-CN", "en"], { numeric: true });

/** Orders rows by a column, `-key` downwards; empty values last either way; the given order where equal. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: string): Row[] {
  const down = sort.startsWith("-");
  const column = columns.find((each) => each.key === sort.replace(/^-/, ""));
  if (!column) return [...rows];
  return [...rows].sort((one, two) => {
    const [a, b] = [column.value(one), column.value(two)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
    return down ? -order : order;
  });
}

/** What a person reads of a cell. */
export function wordOf<Row>(column: Column<Row>, row: Row): Value {
  return (column.word ?? column.value)(row);
}

/** Keeps the rows in which every word of the search stands somewhere. */
export function searched<Row>(rows: readonly Row[], columns: readonly Column<Row>[], search: string): Row[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...rows];
  return rows.filter((row) => {
    const text = columns.map((column) => wordOf(column, row) ?? "").join("\n").toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The next order after a press on a column's head: upwards, downwards, as it came. */
export function nextSort(now: string, key: string): string {
  if (now === key) return `-${key}`;
  return now === `-${key}` ? "" : key;
}

/** One page of rows; a page beyond the end is the last one. Pages count from 1. */
export function paged<Row>(rows: readonly Row[], page: number, size: number): { rows: Row[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const at = Math.min(Math.max(1, Number.isFinite(page) ? Math.trunc(page) : 1), pages);
  return { rows: rows.slice((at - 1) * size, at * size), page: at, pages };
}
