import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { reportAnswer } from "../api/gateway";
import { Frame } from "../home/Frame";
import { moment } from "../look/format";
import { Icon, type IconName } from "../parts/Icon";
import { Told } from "../parts/Told";
import { currentLanguage, say } from "../text/start";
import { Rating } from "./Rating";
import type { Answer } from "./send";
import { Withdraw } from "./Withdraw";

const MARKS: Record<Answer["state"], IconName> = { received: "history", working: "gear", done: "check", declined: "check" };
const EVERY_MS = 30_000;

/** How one report stands, for whoever has its link. */
export function AnswerPage({ token }: { token: string }) {
  const { t } = useTranslation("report");
  const answer = useQuery({ queryKey: ["answer", token], queryFn: () => reportAnswer(token), refetchInterval: EVERY_MS });
  const wrong = answer.error instanceof Refusal ? answer.error : null;
  return (
    <Frame title={t("answer")}>
      {answer.data ? <Shown answer={answer.data} token={token} /> : null}
      {wrong && !answer.data ? (
        <Told role="alert" retry={() => void answer.refetch()}>
          {say(wrong.detail)}
        </Told>
      ) : null}
    </Frame>
  );
}

function Shown({ answer, token }: { answer: Answer; token: string }) {
  const { t } = useTranslation("report");
  const language = currentLanguage();
  const now = Date.now();
  return (
    <div className="answer">
      <section className="stand card" aria-live="polite">
        <span className={`big-mark ${answer.state}`}>
          <Icon name={MARKS[answer.state]} />
        </span>
        <h2>{say(answer.state_name)}</h2>
        <p className="second">
          {say(answer.category_name)} · {say(answer.place)}
        </p>
        {answer.drill ? <p className="told">{t("answer.drill")}</p> : null}
      </section>
      {answer.note || answer.photos.length > 0 ? (
        <section className="card said">
          <h2>{t("answer.note")}</h2>
          {answer.note ? <p className="words">{say(answer.note)}</p> : null}
          {answer.photos.length > 0 ? (
            <div className="released">
              {answer.photos.map((photo, index) => (
                <img key={photo} src={`/api/public/reports/${token}/photos/${photo}`} alt={t("answer.photo", { n: index + 1 })} loading="lazy" />
              ))}
            </div>
          ) : null}
        </section>
      ) : null}
      {answer.can_rate || answer.rating ? <Rating answer={answer} token={token} /> : null}
      <section aria-labelledby="steps">
        <h2 id="steps">{t("answer.steps")}</h2>
        <ol className="steps">
          {answer.steps.map((step, index) => (
            <li key={index}>
              <span>{say(step.text)}</span>
              <time dateTime={step.at}>{moment(step.at, undefined, language, now)}</time>
            </li>
          ))}
        </ol>
      </section>
      <p className="second fine">
        {t("done.number")} <span className="numbers">{answer.number}</span>
        {answer.office ? (
          <>
            {" · "}
            {t("office")} <a href={`tel:${answer.office}`}>{answer.office}</a>
          </>
        ) : null}
      </p>
      <Withdraw answer={answer} token={token} />
      <div className="row">
        <button type="button" className="button" onClick={() => window.print()}>
          {t("done.print")}
        </button>
        <a className="button quiet" href="/report">
          {t("again")}
        </a>
      </div>
    </div>
  );
}
