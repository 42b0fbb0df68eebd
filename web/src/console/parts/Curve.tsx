import { lazy, Suspense } from "react";

import { clock } from "../../look/format";
import { useMe } from "../../parts/session";
import type { Figures } from "./figures";
import { Loading } from "./Loading";
import { TableTwin } from "./TableTwin";

const Line = lazy(() => import("./Line"));

/** One curve over time: `at` in ms, a value or a gap (null). Light enough to be live. */
export interface Point {
  at: number;
  value: number | null;
}

/** A curve over time with its table twin. `what` names the value, `time` the first column of the table. */
export function Curve({ title, what, time, unit, points, height = 200 }: { title: string; what: string; time: string; unit?: string; points: readonly Point[]; height?: number }) {
  const me = useMe();
  const figures: Figures = {
    head: [time, what],
    rows: points.map((point) => [clock(point.at, me.site.timezone), point.value]),
    ...(unit ? { unit } : {}),
  };
  return (
    <TableTwin title={title} figures={figures}>
      <Suspense fallback={<Loading lines={3} />}>
        <Line points={points} height={height} zone={me.site.timezone} />
      </Suspense>
    </TableTwin>
  );
}
