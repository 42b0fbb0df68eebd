import { create } from "zustand";

import { Refusal } from "../../api/client";
import { reveal } from "../../api/gateway";
import { queries } from "../../parts/session";
import { useNotices } from "../../parts/undo";
import { say } from "../../text/start";

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

export const wholeOf = (sha256: string): string => `/api/evidence/${sha256}`;
export const veiledOf = (sha256: string): string => `/api/evidence/${sha256}/veiled`;
