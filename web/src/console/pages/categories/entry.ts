/** A kind of case as it is written. The gateway judges; here it is only put together. */
import type { Bilingual } from "../../../api/views";

export interface CategoryEntry {
  name?: Bilingual;
  level?: string;
  take?: string;
  arrive?: string;
  resolve?: string;
  responders?: string[];
  filing?: Bilingual;
  closing?: Bilingual;
  next?: Bilingual;
  ends_at?: string;
  auto_accept?: boolean;
  discreet?: boolean;
  evidence?: string[];
  plan?: string;
  retired?: boolean;
}

export interface Fields {
  name: Bilingual;
  level: string;
  take: string;
  arrive: string;
  resolve: string;
  responders: string[];
  filing: Bilingual;
  closing: Bilingual;
  next: Bilingual;
  ends_at: string;
  plan: string;
  photo: boolean;
  auto_accept: boolean;
  retired: boolean;
}

const NOTHING: Bilingual = { zh: "", en: "" };

/** What the form shows of an entry. */
export function fieldsOf(entry: CategoryEntry): Fields {
  return {
    name: entry.name ?? NOTHING,
    level: entry.level ?? "L3",
    take: entry.take ?? "",
    arrive: entry.arrive ?? "",
    resolve: entry.resolve ?? "",
    responders: entry.responders ?? ["guard"],
    filing: entry.filing ?? NOTHING,
    closing: entry.closing ?? NOTHING,
    next: entry.next ?? NOTHING,
    ends_at: entry.ends_at ?? "grid",
    plan: entry.plan ?? "",
    photo: (entry.evidence ?? []).includes("photo"),
    auto_accept: entry.auto_accept ?? false,
    retired: entry.retired ?? false,
  };
}

/** The entry with what was written in the form; what the form does not show stays as it was. */
export function entryOf(old: CategoryEntry, fields: Fields): CategoryEntry {
  const { take, arrive, resolve, plan, photo, auto_accept, retired, filing, closing, next, ...rest } = fields;
  const { take: _t, arrive: _a, resolve: _r, plan: _p, evidence, auto_accept: _o, retired: _e, filing: _f, closing: _c, next: _n, ...kept } = old;
  const others = (evidence ?? []).filter((each) => each !== "photo");
  const proof = photo ? [...others, "photo"] : others;
  const words = (text: Bilingual) => (text.zh || text.en ? { zh: text.zh || text.en, en: text.en || text.zh } : null);
  const [filed, ended, after] = [words(filing), words(closing), words(next)];
  return {
    ...kept,
    ...rest,
    ...(take.trim() ? { take: take.trim() } : {}),
    ...(arrive.trim() ? { arrive: arrive.trim() } : {}),
    ...(resolve.trim() ? { resolve: resolve.trim() } : {}),
    ...(plan ? { plan } : {}),
    ...(proof.length > 0 ? { evidence: proof } : {}),
    ...(auto_accept ? { auto_accept } : {}),
    ...(retired ? { retired } : {}),
    ...(filed ? { filing: filed } : {}),
    ...(ended ? { closing: ended } : {}),
    ...(after ? { next: after } : {}),
  };
}
