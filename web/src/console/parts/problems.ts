import type { Bilingual } from "../../api/views";

interface FieldProblem {
  path: string;
  message: Bilingual;
}

export interface Problems {
  /** What is wrong with each field of the form. */
  fields: Record<string, Bilingual[]>;
  /** What belongs to no field that is shown: said above the form. */
  rest: Bilingual[];
  count: number;
}

export const NO_PROBLEMS: Problems = { fields: {}, rest: [], count: 0 };

/**
 * Brings each problem of a 422 to its field. The gateway says `body.contacts.sms`, `body.entry.ladder[1].to` or
 * `plan:gate_check: ladder[1].to`; a field takes its own path and everything below it, the longest name first.
 */
export function problemsOf(facts: Record<string, unknown>, names: readonly string[]): Problems {
  const told = Array.isArray(facts["fields"]) ? (facts["fields"] as FieldProblem[]) : [];
  const fields: Record<string, Bilingual[]> = {};
  const rest: Bilingual[] = [];
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  for (const problem of told) {
    const path = plain(problem.path);
    const name = longestFirst.find((each) => path === each || path.startsWith(`${each}.`));
    if (name === undefined) rest.push(problem.message);
    else (fields[name] ??= []).push(problem.message);
  }
  return { fields, rest, count: told.length };
}

function plain(path: string): string {
  const inside = path.includes(": ") ? path.slice(path.lastIndexOf(": ") + 2) : path;
  return inside
    .replace(/\[(\w+)\]/g, ".$1")
    .replace(/^body\./, "")
    .replace(/^entry\./, "");
}
