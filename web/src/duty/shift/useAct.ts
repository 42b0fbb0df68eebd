import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useRef, useState } from "react";

import { freshKey } from "../../api/idempotency";
import { Refusal } from "../../api/client";
import { useNotices, type Words } from "../../parts/undo";
import { say } from "../../text/start";

/**
 * One act on the shift: a double press sends once, a retry carries the same key, a refusal is said in words, and what
 * was asked of the gateway before is asked again.
 */
export function useAct() {
  const queries = useQueryClient();
  const { tell, warn } = useNotices();
  const [busy, setBusy] = useState(false);
  const key = useRef(freshKey());
  const act = async (send: (key: string) => Promise<unknown>, done: Words): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    try {
      await send(key.current);
      key.current = freshKey();
      tell(done);
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.status !== 0) key.current = freshKey();
      warn(() => (error instanceof Refusal ? say(error.detail) : i18next.t("common:failed")));
      return false;
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: ["shift"] });
    }
  };
  return { act, busy };
}
