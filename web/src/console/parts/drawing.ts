import type { ChartKind } from "./Chart";
import { type Figures, series } from "./figures";

/** What a drawing takes from the page. */
export interface Palette {
  text: string;
  second: string;
  edge: string;
  card: string;
  font: string;
  size: number;
  series: readonly string[];
  heat: readonly [string, string];
  motionMs: number;
}

/** The chart library's option for some figures. Its tooltips are drawn, not written as HTML: the page's policy allows no inline style. */
export function optionOf(kind: ChartKind, figures: Figures, look: Palette): Record<string, unknown> {
  const common = {
    color: [...look.series],
    textStyle: { fontFamily: look.font, fontSize: look.size, color: look.text },
    animationDuration: look.motionMs,
    animationDurationUpdate: look.motionMs,
    tooltip: {
      renderMode: "richText",
      trigger: kind === "pie" || kind === "heat" ? "item" : "axis",
      backgroundColor: look.card,
      borderColor: look.edge,
      textStyle: { color: look.text, fontSize: look.size },
    },
  };
  if (kind === "pie") return { ...common, legend: legend(look), series: [pie(figures, look)] };
  if (kind === "heat") return { ...common, ...heat(figures, look) };
  const names = figures.head.slice(1);
  return {
    ...common,
    ...(names.length > 1 ? { legend: legend(look) } : {}),
    grid: { left: 8, right: 16, top: names.length > 1 ? look.size * 2.6 : look.size, bottom: 4, containLabel: true },
    ...(kind === "across"
      ? { xAxis: axis("value", look), yAxis: { ...sideways(look, figures), inverse: true } }
      : { xAxis: axis("category", look, figures.rows.map((row) => row[0])), yAxis: axis("value", look) }),
    series: names.map((name, place) => ({
      name,
      type: kind === "line" ? "line" : "bar",
      data: series(figures, place + 1),
      ...(kind === "stack" || kind === "across" ? { stack: "all" } : {}),
      ...(kind === "line" ? { symbol: SYMBOLS[place % SYMBOLS.length], symbolSize: 8, lineStyle: { width: 2.5, type: LINES[place % LINES.length] } } : { barMaxWidth: 48 }),
    })),
  };
}

// a series is told by its sign and its line as well as by its colour
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle"];
const LINES = ["solid", "dashed", "dotted", "solid", "dashed"];

const legend = (look: Palette) => ({ top: 0, textStyle: { color: look.text, fontSize: look.size } });

const axis = (type: "category" | "value", look: Palette, data?: string[]) => ({
  type,
  ...(data ? { data } : { minInterval: 1 }),
  axisLabel: { color: look.second, fontSize: look.size, hideOverlap: true },
  axisLine: { lineStyle: { color: look.edge } },
  splitLine: { lineStyle: { color: look.edge } },
});

/** Every name, the first on top; a long one is broken, none is left out. */
const sideways = (look: Palette, figures: Figures) => {
  const plain = axis("category", look, figures.rows.map((row) => row[0]));
  return { ...plain, axisLabel: { ...plain.axisLabel, hideOverlap: false, interval: 0, width: look.size * 11, overflow: "break" } };
};

const pie = (figures: Figures, look: Palette) => ({
  type: "pie",
  radius: ["35%", "65%"],
  center: ["50%", "56%"],
  itemStyle: { borderColor: look.card, borderWidth: 2 },
  label: { color: look.text, fontSize: look.size, formatter: "{b}: {c}" },
  data: figures.rows.map((row) => ({ name: row[0], value: row[1] })),
});

function heat(figures: Figures, look: Palette): object {
  const columns = figures.head.slice(1);
  const cells = figures.rows.flatMap((row, y) => columns.map((_, x) => [x, y, row[x + 1] ?? 0]));
  const most = Math.max(1, ...cells.map((cell) => Number(cell[2])));
  return {
    grid: { left: 8, right: 16, top: 8, bottom: look.size * 3.4, containLabel: true },
    xAxis: axis("category", look, columns),
    yAxis: axis("category", look, figures.rows.map((row) => row[0])),
    visualMap: { min: 0, max: most, calculable: false, orient: "horizontal", left: "center", bottom: 0, inRange: { color: [...look.heat] }, textStyle: { color: look.text, fontSize: look.size } },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: look.card, borderWidth: 1 } }],
  };
}
