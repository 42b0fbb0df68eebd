/** More than this in ten minutes is more than one person keeps up with. */
export const CALM_MOST = 2;
const GAP = 1;
const LEAST_TOP = 4;

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  over: boolean;
}

/** Returns a bar for each window of the shift, the oldest at the left; a quiet one keeps a line of 1. */
export function barsOf(counts: number[], width: number, height: number): Bar[] {
  const step = width / Math.max(1, counts.length);
  const top = Math.max(LEAST_TOP, ...counts);
  return counts.map((count, index) => {
    const tall = count === 0 ? 1 : Math.max(3, (count / top) * height);
    const x = index * step;
    return { x: Number(x.toFixed(2)), y: Number((height - tall).toFixed(2)), width: Number(Math.max(0.5, step - GAP).toFixed(2)), height: Number(tall.toFixed(2)), over: count > CALM_MOST };
  });
}
