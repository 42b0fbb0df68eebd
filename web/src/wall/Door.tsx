import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { useNow } from "../parts/useNow";
import { say } from "../text/start";
import { reporters, wall } from "./asking";
import { Pair } from "./Pair";
import { ASK_MS, reloads } from "./turns";
import { Wall } from "./Wall";

const LOADED_AT = Date.now();
const never = { retry: false, refetchIntervalInBackground: true, staleTime: 0 } as const;

/** The wall, or the code by which this screen is let in. */
export function Door() {
  const { t } = useTranslation("wall");
  const now = useNow();
  // a display that is not let in asks by its code alone: asking for the wall meanwhile would give it another code each time
  const [shut, setShut] = useState(false);
  const found = useQuery({ ...never, queryKey: ["wall"], queryFn: wall, refetchInterval: shut ? false : ASK_MS, refetchOnWindowFocus: !shut, refetchOnReconnect: !shut });
  const named = useQuery({ ...never, queryKey: ["wall", "reporters"], queryFn: reporters, refetchInterval: ASK_MS * 5, enabled: found.data?.names === true });
  const out = found.error instanceof Refusal && found.error.status === 401;
  const seen = found.isSuccess;
  useEffect(() => {
    if (out || seen) setShut(out);
  }, [out, seen]);
  const zone = found.data?.timezone ?? "UTC";
  const again = reloads(LOADED_AT, now, zone, found.isSuccess && !found.isError);
  useEffect(() => {
    if (again) window.location.reload();
  }, [again]);
  useEffect(() => {
    document.title = found.data ? `${t("title")} · ${say(found.data.site)}` : t("title");
  }, [found.data, t]);

  if (out || (shut && !seen)) return <Pair done={() => void found.refetch()} />;
  if (!found.data) {
    return (
      <main className="wall-alone" aria-busy={!found.error}>
        <p className="wall-said">{found.error ? t("cut.first") : t("loading")}</p>
      </main>
    );
  }
  return (
    <Touched>
      <Wall view={found.data} answeredAt={found.dataUpdatedAt} now={now} reporters={found.data.names ? (named.data ?? {}) : {}} />
    </Touched>
  );
}

const SHOWN_MS = 8_000;

/** The switches are there while somebody moves the pointer or uses the keyboard; a wall by itself shows none. */
function Touched({ children }: { children: React.ReactNode }) {
  const [touched, setTouched] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    const show = () => {
      setTouched(true);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setTouched(false), SHOWN_MS);
    };
    const events = ["pointermove", "pointerdown", "keydown", "focusin"] as const;
    for (const each of events) window.addEventListener(each, show);
    return () => {
      for (const each of events) window.removeEventListener(each, show);
      clearTimeout(timer.current);
    };
  }, []);
  return <div className={touched ? "wall-touch touched" : "wall-touch"}>{children}</div>;
}
