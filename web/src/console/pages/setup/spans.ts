/** Times that may be changed: what the form shows of them, and what of it is asked of the gateway. The gateway judges. */
import type { Retention } from "./asking";

export type Span = NonNullable<Retention["span"]>;
/** A line of the table that may be changed. */
export type Changeable = Retention & { setting: string; span: Span };

export interface Fields {
  /** As it stands in the box, by setting. */
  values: Record<string, string>;
  /** Settings that go back to what the file says. */
  back: readonly string[];
  reason: string;
}

export function changeable(all: readonly Retention[]): Changeable[] {
  return all.filter((each): each is Changeable => each.span !== null && each.setting !== null);
}

export function fieldsOf(spans: readonly Changeable[]): Fields {
  return { values: Object.fromEntries(spans.map((each) => [each.setting, String(each.span.value)])), back: [], reason: "" };
}

/** What is to be different, by setting; null: as the file says. What was emptied stays as it is. */
export function asked(spans: readonly Changeable[], fields: Fields): Record<string, number | null> {
  const found: Record<string, number | null> = {};
  for (const { setting, span } of spans) {
    if (span.variable !== null) continue;
    const text = (fields.values[setting] ?? "").trim();
    if (fields.back.includes(setting)) found[setting] = null;
    else if (text !== "" && Number(text) !== span.value) found[setting] = Number(text);
  }
  return found;
}

/** The versions that the person was looking at, of what they change. */
export function seen(spans: readonly Changeable[], values: Record<string, number | null>): Record<string, number> {
  return Object.fromEntries(spans.filter((each) => each.setting in values).map((each) => [each.setting, each.span.version]));
}

/** Types a number into a box; it no longer goes back to the file then. */
export function typed(fields: Fields, setting: string, text: string): Fields {
  return { ...fields, values: { ...fields.values, [setting]: text }, back: fields.back.filter((each) => each !== setting) };
}

/** Puts the file's value into its box. */
export function putBack(fields: Fields, { setting, span }: Changeable): Fields {
  return { ...fields, values: { ...fields.values, [setting]: String(span.below) }, back: [...fields.back.filter((each) => each !== setting), setting] };
}
