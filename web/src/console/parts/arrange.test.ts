import { expect, test } from "vitest";

import { type Column, nextSort, paged, searched, sorted } from "./arrange";

interface Row {
  name: string;
  count: number | null;
}
const rows: Row[] = [
  { name: "3号楼", count: 2 },
  { name: "12号楼", count: null },
  { name: "1号楼", count: 10 },
];
const columns: Column<Row>[] = [
  { key: "name", title: "名称", value: (row) => row.name },
  { key: "count", title: "次数", value: (row) => row.count },
];
const names = (found: Row[]) => found.map((row) => row.name);

test("figures in names count as figures; empty values stay last either way", () => {
  expect(names(sorted(rows, columns, "name"))).toEqual(["1号楼", "3号楼", "12号楼"]);
  expect(names(sorted(rows, columns, "count"))).toEqual(["3号楼", "1号楼", "12号楼"]);
  expect(names(sorted(rows, columns, "-count"))).toEqual(["1号楼", "3号楼", "12号楼"]);
  expect(sorted(rows, columns, "nothing")).toEqual(rows);
});

test("every word of a search has to stand somewhere in the row", () => {
  expect(names(searched(rows, columns, " 号楼  10 "))).toEqual(["1号楼"]);
  expect(searched(rows, columns, "  ")).toHaveLength(3);
});

test("a head is pressed upwards, downwards, as it came", () => {
  expect([nextSort("", "a"), nextSort("a", "a"), nextSort("-a", "a"), nextSort("b", "a")]).toEqual(["a", "-a", "", "a"]);
});

test("a page beyond the end is the last one, nonsense is the first", () => {
  expect(paged([1, 2, 3], 9, 2)).toEqual({ rows: [3], page: 2, pages: 2 });
  expect(paged([1, 2, 3], Number.NaN, 2).page).toBe(1);
  expect(paged([], 1, 2)).toEqual({ rows: [], page: 1, pages: 1 });
});

test("a code that only sorts is searched by its word", () => {
  const levels: Column<string>[] = [{ key: "level", title: "Level", value: (row) => row, word: (row) => (row === "L1" ? "紧急" : "重要") }];
  expect(searched(["L1", "L2"], levels, "重要")).toEqual(["L2"]);
  expect(searched(["L1", "L2"], levels, "L2")).toEqual([]);
  expect(sorted(["L2", "L1"], levels, "level")).toEqual(["L1", "L2"]);
});
