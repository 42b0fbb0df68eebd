/** Lengths of time as plans and kinds of cases write them: `30s 3m 4h 2d`, with a `W` in working time. */

export const SPAN_UNITS = ["s", "m", "h", "d", "mW", "hW", "dW"] as const;
export type SpanUnit = (typeof SPAN_UNITS)[number];

/** The number and the unit of a written length; null when it is none that the form offers. */
export function spanOf(text: string): { count: string; unit: SpanUnit } | null {
  const found = /^(\d+(?:\.\d+)?)([smhd]W?)$/.exec(text.trim());
  const unit = SPAN_UNITS.find((each) => each === found?.[2]);
  return found && unit ? { count: found[1] as string, unit } : null;
}

export function wordOf(text: string, say: (unit: SpanUnit, n: number) => string): string {
  const read = spanOf(text);
  return read ? say(read.unit, Number(read.count)) : text;
}
