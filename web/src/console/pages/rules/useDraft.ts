import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";

import { Refusal } from "../../../api/client";
import type { Bilingual } from "../../../api/views";
import { NO_PROBLEMS, type Problems } from "../../parts/problems";
import { fill, type FormField, type RuleCheck, type Template, validate } from "./asking";
import { type Plain, put, sorted } from "./draft";

export interface Start {
  /** Filled in; its answers are `values`. */
  template?: Template;
  /** Or a rule as plain data. */
  rule?: Plain;
  /** The version in force that was looked at; 0: none. */
  version: number;
  /** A change that somebody proposed, filled in: its place and its value. */
  proposed?: { path: string; value: unknown };
}

type Values = Record<string, string | number | boolean | null>;

interface Judged {
  check: RuleCheck | null;
  rule: Plain | null;
  told: { path: string; message: Bilingual }[];
}

const DEBOUNCE_MS = 200;

/** A draft under the hand: what was answered, what the gateway says of it, 200 ms after the last change. */
export function useDraft({ template, rule, proposed }: Start) {
  const [values, setValues] = useState<Values>(() => Object.fromEntries((template?.fields ?? []).map((field) => [field.name, field.default])));
  const [changes, setChanges] = useState<Record<string, unknown>>(() => (proposed ? { [proposed.path]: proposed.value } : {}));
  const [touched, setTouched] = useState(proposed !== undefined);
  const input = useMemo(() => ({ values, changes }), [values, changes]);
  const asked = useSettled(input);
  const found = useQuery({
    queryKey: ["rules", "#draft", template?.id ?? rule?.["id"], asked],
    queryFn: () => judge(template, rule, asked.values, asked.changes),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
    staleTime: 60_000,
  });
  const check = found.data?.check ?? null;
  const [form, setForm] = useState<FormField[]>([]);
  useEffect(() => {
    if (check?.ok) setForm(check.form); // a draft with a mistake keeps the questions it had
  }, [check]);
  const names = [...(template?.fields ?? []).map((field) => `values.${field.name}`), ...form.map((field) => field.path)];
  // what has not been touched is not called wrong: a form opens calm
  const problems: Problems = touched ? sorted(found.data?.told ?? [], names) : NO_PROBLEMS;
  return {
    values,
    changes,
    touched,
    form,
    check,
    /** The plain rule when nothing is wrong with it, else nothing. */
    rule: check?.ok ? (found.data?.rule ?? null) : null,
    problems,
    error: found.error,
    retry: () => void found.refetch(),
    /** What is said belongs to what stands in the fields. */
    settled: asked === input && !found.isPlaceholderData && !found.isFetching,
    answer: (name: string, value: Values[string]) => {
      setValues((old) => ({ ...old, [name]: value }));
      setTouched(true);
    },
    change: (path: string, value: unknown) => {
      setChanges((old) => ({ ...old, [path]: value }));
      setTouched(true);
    },
  };
}
export type Draft = ReturnType<typeof useDraft>;

async function judge(template: Template | undefined, start: Plain | undefined, values: Values, changes: Record<string, unknown>): Promise<Judged> {
  let check: RuleCheck | null = null;
  let plain = start ?? {};
  if (template) {
    try {
      check = await fill(template.id, values);
    } catch (error) {
      if (error instanceof Refusal && Array.isArray(error.facts["fields"])) return { check: null, rule: null, told: error.facts["fields"] as Judged["told"] };
      throw error;
    }
    if (!check.ok || !check.rule) return { check, rule: null, told: check.problems };
    plain = check.rule;
  }
  for (const [path, value] of Object.entries(changes)) plain = put(plain, path, value);
  if (!check || Object.keys(changes).length > 0) check = await validate(plain);
  return { check, rule: check.rule ?? null, told: check.problems };
}

/** The newest value once nothing has changed for a moment. */
function useSettled<Value>(value: Value): Value {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
