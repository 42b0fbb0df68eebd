import i18next from "i18next";
import { useRef, useState } from "react";

import { Refusal } from "../../api/client";
import { useNotices } from "../../parts/undo";
import { say } from "../../text/start";

/**
 * One press, one deed: `deed` runs once however often the button is pressed meanwhile, `busy` is for the button, and
 * whatever keeps it from being done is said at the foot of the page. Forms have {@link useForm}.
 */
export function useDeed(): { act: (deed: () => Promise<unknown>) => Promise<void>; busy: boolean } {
  const warn = useNotices((notices) => notices.warn);
  const [busy, setBusy] = useState(false);
  const under_way = useRef(false);
  const act = async (deed: () => Promise<unknown>) => {
    if (under_way.current) return;
    under_way.current = true;
    setBusy(true);
    try {
      await deed();
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : i18next.t("console:deed.failed")));
    } finally {
      under_way.current = false;
      setBusy(false);
    }
  };
  return { act, busy };
}
