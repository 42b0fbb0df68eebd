import { expect, test } from "vitest";

import { optionOf, type Palette } from "./drawing";
import { anything, type Figures } from "./figures";

const LOOK: Palette = { text: "#111", second: "#222", edge: "#333", card: "#fff", font: "sans-serif", size: 19, series: ["#00f"], heat: ["#eee", "#00f"], motionMs: 0 };
const FIGURES: Figures = { head: ["楼栋", "告警", "误报"], rows: [["1号楼", 3, 1], ["2号楼", null, 0]] };

test("each column is a series, gaps stay gaps, words have the page's size", () => {
  const option = optionOf("bar", FIGURES, LOOK) as { series: { name: string; data: unknown[] }[]; xAxis: { axisLabel: { fontSize: number } }; tooltip: { renderMode: string } };
  expect(option.series.map((each) => [each.name, each.data])).toEqual([
    ["告警", [3, null]],
    ["误报", [1, 0]],
  ]);
  expect(option.xAxis.axisLabel.fontSize).toBe(19);
  expect(option.tooltip.renderMode).toBe("richText"); // HTML tooltips carry inline styles, which the policy refuses
});

test("bars on their side show every name, the first on top, and are stacked", () => {
  const option = optionOf("across", FIGURES, LOOK) as { yAxis: { data: string[]; inverse: boolean; axisLabel: { interval: number } }; series: { stack: string }[] };
  expect(option.yAxis.data).toEqual(["1号楼", "2号楼"]);
  expect([option.yAxis.inverse, option.yAxis.axisLabel.interval]).toEqual([true, 0]);
  expect(option.series.map((each) => each.stack)).toEqual(["all", "all"]);
});

test("a heat map has a cell for each row and column", () => {
  const option = optionOf("heat", FIGURES, LOOK) as { series: { data: number[][] }[]; visualMap: { max: number } };
  expect(option.series[0]?.data).toEqual([[0, 0, 3], [1, 0, 1], [0, 1, 0], [1, 1, 0]]);
  expect(option.visualMap.max).toBe(3);
});

test("figures without a number are nothing to draw", () => {
  expect(anything(FIGURES)).toBe(true);
  expect(anything({ head: ["楼栋", "告警"], rows: [["1号楼", null]] })).toBe(false);
});
