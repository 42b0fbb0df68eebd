import { useCallback, useEffect, useRef, useState } from "react";

import { Refusal } from "../../api/client";
import type { Bilingual } from "../../api/views";
import { NO_PROBLEMS, type Problems, problemsOf } from "./problems";

export interface Form<Body extends object> {
  body: Body;
  set: <Name extends keyof Body>(name: Name, value: Body[Name]) => void;
  /** Names that problems can go to though they are no plain field of the body, e.g. `contacts.sms`. */
  alsoAsks: (name: string) => void;
  problems: Problems;
  /** Why nothing was saved, when it was not about a field. */
  refusal: Bilingual | null;
  busy: boolean;
  changed: boolean;
  submit: () => Promise<void>;
}

const OURS: Bilingual = { zh: "这一页出错了，没有保存。", en: "This page failed; nothing was saved." };

/**
 * A form over a typed body. The gateway is the only one who judges: what it refuses comes back to the fields, all at
 * once. `send` does the request; `done` gets its answer.
 */
export function useForm<Body extends object, Answer>(start: Body, send: (body: Body) => Promise<Answer>, done: (answer: Answer) => void): Form<Body> {
  const [body, setBody] = useState(start);
  const [problems, setProblems] = useState(NO_PROBLEMS);
  const [refusal, setRefusal] = useState<Bilingual | null>(null);
  const [busy, setBusy] = useState(false);
  const [changed, setChanged] = useState(false);
  const names = useRef(new Set(Object.keys(start)));
  const under_way = useRef(false);
  const latest = useRef(body);
  latest.current = body;
  const submit = async () => {
    if (under_way.current) return; // a double press sends once
    under_way.current = true;
    setBusy(true);
    setProblems(NO_PROBLEMS);
    setRefusal(null);
    try {
      const answer = await send(body);
      if (latest.current === body) setChanged(false); // else something was typed while it was under way: not saved yet
      done(answer);
    } catch (error) {
      const told = error instanceof Refusal ? problemsOf(error.facts, [...names.current]) : NO_PROBLEMS;
      setProblems(told);
      if (told.count === 0) setRefusal(error instanceof Refusal ? error.detail : OURS);
    } finally {
      under_way.current = false;
      setBusy(false);
    }
  };
  return {
    body,
    set: (name, value) => {
      setBody((old) => ({ ...old, [name]: value }));
      setChanged(true);
    },
    alsoAsks: useCallback((name: string) => void names.current.add(name), []),
    problems,
    refusal,
    busy,
    changed,
    submit,
  };
}

/** Brings the focus to the first field that has to be corrected, else to what is said above the form. */
export function useFirstProblem(problems: Problems, refusal: Bilingual | null) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (problems.count === 0 && !refusal) return;
    const find = (what: string) => form.current?.querySelector<HTMLElement>(what);
    (find("[aria-invalid=true]") ?? find(".form-told"))?.focus();
  }, [problems, refusal]);
  return form;
}
