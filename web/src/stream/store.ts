import { create } from "zustand";

import { connect, type Connection } from "./connect";
import { fold, type Live, NOTHING } from "./live";
import { Steps } from "./steps";

export type Link = "waiting" | "up" | "cut";

interface Stream {
  live: Live;
  link: Link;
  /** When something was last heard (ms since 1970 of this screen), or null before the first message. */
  heardAt: number | null;
  way: Connection["way"] | null;
}

export const useStream = create<Stream>(() => ({ live: NOTHING, link: "waiting", heardAt: null, way: null }));

export const SILENT_AFTER_MS = 11_000;

/**
 * Starts listening and keeps {@link useStream} current. `shared`: one stream per browser (stations); phones
 * listen only while the page is seen. `refused` is called when the login may have run out. Returns the stop.
 */
export function listen(options: { shared: boolean; refused: () => void }): () => void {
  let connection: Connection | null = null;
  const steps = new Steps((messages) => useStream.setState(({ live }) => ({ live: messages.reduce(fold, live), link: "up", heardAt: Date.now() })));
  const start = () => {
    connection = connect(
      (said) => {
        if (said.kind === "live") {
          steps.clear();
          useStream.setState({ live: said.live, link: "up", heardAt: Date.now() });
        } else if (said.kind === "message") steps.take(said.message);
        else if (said.kind === "closed") useStream.setState({ link: "cut" });
        else if (said.kind === "refused") options.refused();
      },
      { shared: options.shared },
    );
    useStream.setState({ way: connection.way });
  };
  const stop = () => {
    steps.clear();
    connection?.close();
    connection = null;
  };
  const seen = () => {
    if (document.visibilityState === "hidden") stop();
    else if (!connection) start();
  };
  const watch = setInterval(() => {
    const { heardAt, link } = useStream.getState();
    if (connection && heardAt !== null && link === "up" && Date.now() - heardAt > SILENT_AFTER_MS) {
      useStream.setState({ link: "cut" });
    }
  }, 1_000);
  start();
  if (!options.shared) document.addEventListener("visibilitychange", seen);
  return () => {
    clearInterval(watch);
    document.removeEventListener("visibilitychange", seen);
    stop();
  };
}
