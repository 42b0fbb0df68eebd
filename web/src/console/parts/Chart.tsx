import { lazy, Suspense } from "react";

import type { Figures } from "./figures";
import { Loading } from "./Loading";
import { TableTwin } from "./TableTwin";

const Picture = lazy(() => import("./Picture"));

export type ChartKind = "bar" | "stack" | "across" | "line" | "pie" | "heat";

/** Bars, stacked bars, bars on their side (`across`, for many or long names: each is shown), lines, a pie or a heat map of some figures; the library comes when the first one is shown. */
export function Chart({ kind, title, figures, height = 260 }: { kind: ChartKind; title: string; figures: Figures; height?: number }) {
  return (
    <TableTwin title={title} figures={figures}>
      <Suspense fallback={<Loading lines={3} />}>
        <Picture kind={kind} figures={figures} height={kind === "across" ? Math.max(height, 60 + 40 * figures.rows.length) : height} />
      </Suspense>
    </TableTwin>
  );
}
