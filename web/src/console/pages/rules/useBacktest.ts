import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Refusal } from "../../../api/client";
import type { Bilingual } from "../../../api/views";
import { backtest, cancelBacktest, startBacktest } from "./asking";
import type { Plain } from "./draft";

export const SPANS = ["7d", "30d"] as const;
export type Span = (typeof SPANS)[number];
const LOOK_MS = 500;
const OVER = ["done", "refused", "failed", "cancelled"];

/** One backtest of a draft at a time: begun, looked after until it ends, or called off. */
export function useBacktest() {
  const [asked, setAsked] = useState<{ id: string; of: string; last: Span } | null>(null);
  const [refusal, setRefusal] = useState<Bilingual | null>(null);
  const found = useQuery({
    ...backtest(asked?.id ?? ""),
    enabled: asked !== null,
    staleTime: 0,
    refetchInterval: (query) => (query.state.data && OVER.includes(query.state.data.state) ? false : LOOK_MS),
  });
  const job = asked && found.data?.id === asked.id ? found.data : null;
  const running = asked !== null && (job === null || !OVER.includes(job.state)) && !found.error;
  return {
    job,
    running,
    refusal,
    error: asked ? found.error : null,
    last: asked?.last ?? null,
    start: async (rule: Plain, last: Span) => {
      setRefusal(null);
      try {
        const begun = await startBacktest(rule, last);
        setAsked({ id: begun.id, of: JSON.stringify(rule), last });
      } catch (error) {
        setAsked(null);
        setRefusal(error instanceof Refusal ? error.detail : { zh: "没有试成，请再试一次。", en: "It was not tried. Try again." });
      }
    },
    cancel: () => {
      if (asked) void cancelBacktest(asked.id).then(() => found.refetch());
    },
    /** It was this very draft, and the answer is there. */
    covers: (rule: Plain) => job?.state === "done" && asked?.of === JSON.stringify(rule),
  };
}
export type Test = ReturnType<typeof useBacktest>;
