import "uplot/dist/uPlot.min.css";

import { useEffect, useRef } from "react";
import UPlot from "uplot";

import { useAppearance } from "../../look/appearance";
import { clock } from "../../look/format";
import { token } from "../look/kit";
import type { Point } from "./Curve";

/** The curve itself, drawn on a canvas as wide as its place. */
export default function Line({ points, height, zone }: { points: readonly Point[]; height: number; zone: string }) {
  const box = useRef<HTMLDivElement>(null);
  const { size, theme } = useAppearance();
  useEffect(() => {
    const place = box.current;
    if (!place) return;
    const letters = Math.max(14, Number.parseFloat(token("base")) * 0.875);
    const axis = { stroke: token("second"), font: `${letters}px ${token("font")}`, grid: { stroke: token("edge"), width: 1 }, ticks: { stroke: token("edge"), width: 1 }, size: letters * 3.2 };
    const plot = new UPlot(
      {
        width: place.clientWidth,
        height,
        legend: { show: false },
        cursor: { y: false },
        axes: [{ ...axis, space: letters * 5, values: (_, marks) => marks.map((mark) => clock(mark * 1000, zone, true)) }, axis],
        series: [{}, { stroke: token("series-1"), width: 2, spanGaps: false, points: { show: points.length < 60 } }],
      },
      [points.map((point) => point.at / 1000), points.map((point) => point.value)],
      place,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height }));
    watch.observe(place);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [points, height, zone, size, theme]);
  return <div ref={box} className="drawn-box" />;
}
