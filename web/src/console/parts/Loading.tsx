import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

const SHOW_MS = 200;
const WORDS_MS = 3_000;
const RETRY_MS = 10_000;

/** Waiting: nothing for 200 ms, then grey lines of the size of what comes, words after 3 s, a way out after 10 s. */
export function Loading({ lines = 5, retry }: { lines?: number; retry?: () => void }) {
  const { t } = useTranslation(["console", "common"]);
  const waited = useWaited();
  return (
    <div className="loading" aria-busy="true">
      {waited >= SHOW_MS ? Array.from({ length: lines }, (_, line) => <div key={line} className="skeleton loading-line" />) : null}
      <p role="status" className={waited >= WORDS_MS ? "second" : "only-heard"}>
        {waited < SHOW_MS ? "" : t(waited >= RETRY_MS ? "loading.slow" : "loading")}
      </p>
      {waited >= RETRY_MS && retry ? (
        <button type="button" className="button" onClick={retry}>
          {t("common:retry")}
        </button>
      ) : null}
    </div>
  );
}

function useWaited(): number {
  const [waited, setWaited] = useState(0);
  useEffect(() => {
    const timers = [SHOW_MS, WORDS_MS, RETRY_MS].map((after) => setTimeout(() => setWaited(after), after));
    return () => timers.forEach(clearTimeout);
  }, []);
  return waited;
}
