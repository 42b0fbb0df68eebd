import type { Language } from "../api/views";

const pad = (value: number): string => String(value).padStart(2, "0");

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times what using it costs; a page knows one zone, two at most. */
function formatOf(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(language, options)));
  return format;
}

const inZone = (zone: string | undefined): Intl.DateTimeFormatOptions => (zone ? { timeZone: zone } : {});

/** Clock time of an instant in the site's zone, 24 h: `10:42:05`, or `10:42` when short. */
export function clock(at: string | number | Date, zone: string | undefined, short = false): string {
  const seconds: Intl.DateTimeFormatOptions = short ? {} : { second: "2-digit" };
  return formatOf("en-GB", { hour: "2-digit", minute: "2-digit", ...seconds, hourCycle: "h23", ...inZone(zone) }).format(new Date(at));
}

/** Day and clock time, the day left out when it is today in the site's zone. */
export function moment(at: string, zone: string | undefined, language: Language, now: number): string {
  const day = formatOf("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", ...inZone(zone) });
  const date = new Date(at);
  if (day.format(date) === day.format(new Date(now))) return clock(date, zone, true);
  const [, month, dayOfMonth] = day.format(date).split("-");
  const words = language === "zh" ? `${Number(month)}月${Number(dayOfMonth)}日` : `${dayOfMonth}/${month}`;
  return `${words} ${clock(date, zone, true)}`;
}

/** How long ago, or how long until: `42 秒`, `3 分`, `2 时 05 分`, `3 天`. Negative spans read like positive ones. */
export function span(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.round(Math.abs(ms) / 1000));
  const [s, m, h, d] = language === "zh" ? [" 秒", " 分", " 时", " 天"] : [" s", " min", " h", " d"];
  if (seconds < 60) return `${seconds}${s}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${m}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours}${h}` : `${hours}${h} ${pad(minutes % 60)}${m}`;
  return `${Math.floor(hours / 24)}${d}`;
}

/** The same in its largest unit only, for where there is little room: `42 秒`, `3 分`, `2 时`, `3 天`. */
export function roughly(ms: number, language: Language): string {
  const hours = Math.floor(Math.abs(ms) / 3_600_000);
  if (hours < 1 || hours >= 24) return span(ms, language);
  return span(hours * 3_600_000, language);
}

/** Share of the time between opening and due that is gone, 0–1; null when nothing is due. */
export function spent(openedAt: string, dueAt: string | null, now: number): number | null {
  if (dueAt === null) return null;
  const start = Date.parse(openedAt);
  const end = Date.parse(dueAt);
  if (!(end > start)) return 1;
  return Math.min(1, Math.max(0, (now - start) / (end - start)));
}

/** Several names in one line, as the language joins them. */
export function together(names: string[], language: Language): string {
  return names.join(language === "zh" ? "、" : ", ");
}
