import { lazy, Suspense } from "react";

import type { Figures } from "./figures";
import { Loading } from "./Loading";
import { TableTwin } from "./TableTwin";

const Picture = lazy(() => import("./Picture"));

export type ChartKind = "bar" | "stack" | "line" | "pie" | "heat";

/** Bars, stacked bars, lines, a pie or a heat map of some figures; the library comes when the first one is shown. */
export function Chart({ kind, title, figures, height = 260 }: { kind: ChartKind; title: string; figures: Figures; height?: number }) {
  return (
    <TableTwin title={title} figures={figures}>
      <Suspense fallback={<Loading lines={3} />}>
        <Picture kind={kind} figures={figures} height={height} />
      </Suspense>
    </TableTwin>
  );
}
