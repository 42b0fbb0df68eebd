import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { askReopen, rateReport } from "../api/gateway";
import { freshKey } from "../api/idempotency";
import { Told } from "../parts/Told";
import { queries } from "../parts/session";
import { say } from "../text/start";
import type { Answer } from "./send";

const SCORES = [5, 4, 3, 2, 1] as const;

/** Five plain words in the place of stars; who is unhappy may ask for more. */
export function Rating({ answer, token }: { answer: Answer; token: string }) {
  const { t } = useTranslation("report");
  const given = answer.rating;
  const [score, setScore] = useState<number | null>(given?.score ?? null);
  const [words, setWords] = useState(given?.words ?? "");
  const [changing, setChanging] = useState(false);
  const [tried, setTried] = useState(false);
  const key = useRef(freshKey());
  const done = (fresh: Answer) => {
    key.current = freshKey();
    setChanging(false);
    queries.setQueryData(["answer", token], fresh);
  };
  const rating = useMutation({ mutationFn: () => rateReport(token, score ?? 0, words.trim(), key.current), onSuccess: done });
  const asking = useMutation({ mutationFn: () => askReopen(token, key.current), onSuccess: done });
  const failed = rating.error ?? asking.error;
  const wrong = failed instanceof Refusal ? failed : null;
  if (given && !changing)
    return (
      <section className="card rated">
        <h2>{t("rating.thanks")}</h2>
        <p>
          <b>{t(`rating.${given.score as 1 | 2 | 3 | 4 | 5}`)}</b>
          {given.words ? ` · ${given.words}` : null}
        </p>
        {answer.asked_reopen ? <p className="told">{t("reopen.asked")}</p> : null}
        {wrong ? <Told role="alert">{say(wrong.detail)}</Told> : null}
        <div className="row">
          {answer.can_ask_reopen ? (
            <button type="button" className="button main" disabled={asking.isPending} onClick={() => asking.mutate()}>
              {t("reopen.ask")}
            </button>
          ) : null}
          {answer.can_rate ? (
            <button type="button" className="button" onClick={() => setChanging(true)}>
              {t("rating.change")}
            </button>
          ) : null}
        </div>
      </section>
    );
  return (
    <section className="card rating">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (score) rating.mutate();
        }}
      >
        <fieldset>
          <legend>{t("rating")}</legend>
          <div className="scores">
            {SCORES.map((each) => (
              <label key={each} className={score === each ? "kind chosen" : "kind"}>
                <input type="radio" name="score" checked={score === each} onChange={() => setScore(each)} />
                <span>{t(`rating.${each}`)}</span>
              </label>
            ))}
          </div>
          {tried && !score ? (
            <p className="needs" role="alert">
              {t("rating.short")}
            </p>
          ) : null}
        </fieldset>
        <label className="field">
          <span>{t("rating.words")}</span>
          <textarea className="input" value={words} maxLength={500} onChange={(event) => setWords(event.target.value)} />
        </label>
        {wrong ? <Told role="alert">{say(wrong.detail)}</Told> : null}
        <button type="submit" className="button main wide" disabled={rating.isPending}>
          {t("rating.send")}
        </button>
      </form>
    </section>
  );
}
