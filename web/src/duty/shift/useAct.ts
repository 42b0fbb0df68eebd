import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useRef, useState } from "react";

import { underOneKey } from "../../api/idempotency";
import { Refusal } from "../../api/client";
import { useNotices, type Words } from "../../parts/undo";
import { say } from "../../text/start";

/**
 * One act on the shift: a double press sends once, a retry of the same `words` carries the same key, a refusal is said in
 * words, and what was asked of the gateway before is asked again.
 */
export function useAct() {
  const queries = useQueryClient();
  const { tell, warn } = useNotices();
  const [busy, setBusy] = useState(false);
  const under = useRef(false);
  const act = async (words: string, send: (key: string) => Promise<unknown>, done: Words): Promise<boolean> => {
    if (under.current) return false;
    under.current = true;
    setBusy(true);
    try {
      await underOneKey(words, send);
      tell(done);
      return true;
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : i18next.t("common:failed")));
      return false;
    } finally {
      under.current = false;
      setBusy(false);
      void queries.invalidateQueries({ queryKey: ["shift"] });
    }
  };
  return { act, busy };
}
