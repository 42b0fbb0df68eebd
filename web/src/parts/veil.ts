import { create } from "zustand";

import { Refusal } from "../api/client";
import { reveal } from "../api/gateway";
import { queries } from "./session";
import { useNotices } from "./undo";
import { say } from "../text/start";

/** Which pictures this page shows in full, since a reason was written down. A reload veils everything again. */
export const useRevealed = create<{ shown: ReadonlySet<string> }>(() => ({ shown: new Set() }));

/** Asks the gateway to write the reason down, then shows the picture. */
export async function lift(sha256: string, reason: string): Promise<void> {
  try {
    await reveal(sha256, reason);
    void queries.invalidateQueries({ queryKey: ["incident"] }); // who looked and why stands in the case
    useRevealed.setState(({ shown }) => ({ shown: new Set([...shown, sha256]) }));
  } catch (error) {
    useNotices.getState().warn(() => (error instanceof Refusal ? say(error.detail) : String(error)));
  }
}

/** The gateway does not show it any more (a reason holds for one watch): the veiled form is back, and the question why. */
export const veilAgain = (sha256: string): void => useRevealed.setState(({ shown }) => ({ shown: new Set([...shown].filter((each) => each !== sha256)) }));

/** The clear form; the gateway answers with it only after {@link lift}. */
export const wholeOf = (sha256: string): string => `/api/evidence/${sha256}`;
export const veiledOf = (sha256: string): string => `/api/evidence/${sha256}/veiled`;
