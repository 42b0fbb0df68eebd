import "./reports.css";

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import { currentLanguage, say } from "../../../text/start";
import { Asked, FourNumbers, Page, PrintButton, Sentences, useSetUrl, useUrl, WhenInput } from "../../parts";
import { type Digest, digest, fileOf, ledger } from "./asking";
import { Pictures } from "./Pictures";
import { beside, dayOf, type Kind, KINDS, percent } from "./period";
import { page } from "./page";
import { Suggestions } from "./Suggestions";

/** What a day, a week or a month came to: the screen, the paper and the file say the same. */
export default function Reports() {
  const { t } = useTranslation(["reports", "console"]);
  const [askedKind] = useUrl("kind");
  const [askedDay] = useUrl("day");
  const kind: Kind = KINDS.find((each) => each === askedKind) ?? "weekly";
  const day = dayOf(askedDay);
  const told = useQuery(digest(kind, day));
  const found = useQuery(ledger(kind, day));
  const file = (format: "csv" | "xlsx") => (
    <a className="button" href={fileOf(kind, day, format, currentLanguage())} download>
      <Icon name="down" />
      {t(format)}
    </a>
  );
  return (
    <Page
      title={say(page.title)}
      help={{ for: t("help.for"), do: t("help.do") }}
      actions={
        <>
          {file("xlsx")}
          {file("csv")}
          <PrintButton />
        </>
      }
    >
      <Asked query={told} lines={6}>
        {(answer) => (
          <>
            <Period answer={answer} kind={kind} />
            <Sentences lines={answer.sentences.map((line) => say(line))} />
            <FourNumbers figures={answer.figures} before={t(`before.${kind}`)} year={t("console:figures.year")} />
            <div className="reports-two">
              <Places items={answer.places} />
              <Suggestions items={answer.suggestions} />
            </div>
          </>
        )}
      </Asked>
      <Asked query={found} lines={8}>
        {(answer) => <Pictures ledger={answer} />}
      </Asked>
    </Page>
  );
}

/** Where most of it happened. */
function Places({ items }: { items: Digest["places"] }) {
  const { t } = useTranslation("reports");
  return (
    <section className="card reports-places">
      <h2>{t("places")}</h2>
      {items.length === 0 ? <p className="second">{t("places.none")}</p> : null}
      <ol className="numbers">
        {items.map((each) => (
          <li key={each.name.zh}>
            <b>{say(each.name)}</b> {t("places.line", { n: each.cases, share: percent(each.share) ?? "–" })}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Period({ answer, kind }: { answer: Digest; kind: Kind }) {
  const { t } = useTranslation("reports");
  const set = useSetUrl();
  return (
    <div className="reports-period">
      <div className="segmented no-print" role="group" aria-label={t("kind")}>
        {KINDS.map((each) => (
          <button key={each} type="button" aria-pressed={kind === each} onClick={() => set({ kind: each })}>
            {t(`kind.${each}`)}
          </button>
        ))}
      </div>
      <h2>{say(answer.title)}</h2>
      {answer.running ? <span className="second">{t("running")}</span> : null}
      <span className="reports-steps no-print">
        <button type="button" className="button" onClick={() => set({ day: beside(answer, -1) })}>
          {t("earlier")}
        </button>
        <button type="button" className="button" disabled={answer.running} onClick={() => set({ day: beside(answer, 1) })}>
          {t("later")}
        </button>
        <label className="reports-day">
          <span>{t("day")}</span>
          <WhenInput kind="date" value={answer.first} onChange={(day) => set({ day: dayOf(day) })} />
        </label>
      </span>
    </div>
  );
}
