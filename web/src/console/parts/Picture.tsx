import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import { useAppearance } from "../../look/appearance";
import { token } from "../look/kit";
import type { ChartKind } from "./Chart";
import { optionOf } from "./drawing";
import type { Figures } from "./figures";

use([BarChart, LineChart, PieChart, HeatmapChart, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

/** The drawing itself. Colours and sizes follow the page; it is drawn anew when they change. */
export default function Picture({ kind, figures, height }: { kind: ChartKind; figures: Figures; height: number }) {
  const box = useRef<HTMLDivElement>(null);
  const { size, theme } = useAppearance();
  const drawn = useRef<EChartsType | null>(null);
  useEffect(() => {
    const place = box.current;
    if (!place) return;
    const chart = init(place);
    drawn.current = chart;
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place);
    return () => {
      watch.disconnect();
      drawn.current = null;
      chart.clear(); // a drawing under way ends before its canvas goes
      setTimeout(() => chart.dispose(), FRAMES_MS);
    };
  }, []);
  useEffect(() => {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const base = Number.parseFloat(token("base"));
    drawn.current?.setOption(
      optionOf(kind, figures, {
        text: token("text"),
        second: token("second"),
        edge: token("edge"),
        card: token("card"),
        font: token("font"),
        size: Math.max(14, base * 0.875),
        series: ["1", "2", "3", "4", "5"].map((each) => token(`series-${each}`)),
        heat: [token("heat-0"), token("heat-1")],
        motionMs: still ? 0 : 150,
      }),
      true,
    );
  }, [kind, figures, size, theme]);
  return <div ref={box} className="drawn-box" style={{ height: `${height * scaleOf(size)}px` }} />;
}

const FRAMES_MS = 200;

const scaleOf = (size: string): number => (size === "xlarge" ? 1.3 : size === "large" ? 1.15 : 1);
