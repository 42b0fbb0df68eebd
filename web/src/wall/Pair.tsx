import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { span } from "../look/format";
import { LanguageSwitch } from "../parts/Switches";
import { useNow } from "../parts/useNow";
import { currentLanguage, say } from "../text/start";
import { beginPairing, claim } from "./asking";
import { spaced } from "./turns";

const ASK_MS = 2_000;

/** A code for the administrator. Nothing is typed here; when it is confirmed the wall appears. */
export function Pair({ done }: { done: () => void }) {
  const { t } = useTranslation("wall");
  const now = useNow();
  const begin = useMutation({ mutationFn: beginPairing, retry: true, retryDelay: 3_000 });
  const { mutate, data: pairing, failureReason } = begin;
  useEffect(() => mutate(), [mutate]);
  const asked = useQuery({
    queryKey: ["claim", pairing?.secret],
    queryFn: () => claim(pairing?.secret ?? ""),
    enabled: pairing !== undefined,
    refetchInterval: ASK_MS,
    refetchIntervalInBackground: true,
    retry: false,
    staleTime: 0,
  });
  const over = asked.error instanceof Refusal && asked.error.status === 404;
  const paired = asked.data?.state === "paired";
  useEffect(() => {
    if (paired) done();
  }, [paired, done]);
  useEffect(() => {
    if (over) mutate();
  }, [over, mutate]);
  const left = pairing ? Date.parse(pairing.expires_at) - now : 0;
  return (
    <main className="wall-alone">
      <h1>{t("pair.title")}</h1>
      <p className="wall-said">{t("pair.text")}</p>
      {pairing ? (
        <>
          <p className="wall-code numbers" aria-label={t("pair.code", { code: [...pairing.code].join(" ") })}>
            {spaced(pairing.code)}
          </p>
          <p className="second numbers">{left > 0 ? t("pair.left", { span: span(left, currentLanguage()) }) : t("pair.renew")}</p>
        </>
      ) : (
        <p className="second">
          {failureReason ? t("pair.failed", { why: failureReason instanceof Refusal ? say(failureReason.detail) : failureReason.message }) : t("pair.getting")}
        </p>
      )}
      <LanguageSwitch />
    </main>
  );
}
