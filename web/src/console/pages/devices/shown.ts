/** A value as a person reads it: yes and no in words, figures short, with their unit. */
export function valueShown(value: unknown, unit: string, yesNo: (yes: boolean) => string): string {
  if (typeof value === "boolean") return yesNo(value);
  if (typeof value === "number") return `${Number.isInteger(value) ? value : Number(value.toPrecision(4))}${unit ? ` ${unit}` : ""}`;
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
