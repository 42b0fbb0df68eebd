import { useTranslation } from "react-i18next";

import { moment } from "../../../look/format";
import { useMe } from "../../../parts/session";
import { useNow } from "../../../parts/useNow";
import { currentLanguage, say } from "../../../text/start";
import { Chart, LevelChip, Sentence, StateTag } from "../../parts";
import type { BacktestResult, Hit } from "./asking";
import { judged, perDay, perHour, spansOf } from "./draft";

interface Given {
  result: BacktestResult;
  live: boolean;
  verdicts: Readonly<Record<string, boolean>>;
  judge: (hit: string, real: boolean) => void;
}

const SAMPLES = 10;
const keyOf = (hit: Hit) => `${hit.at} ${JSON.stringify(hit.key)}`;

/** What a rule would have done: in one sentence, against the rule in force, by day and hour, for each shift, by example. */
export function BacktestAnswer({ result, live, verdicts, judge }: Given) {
  const { t } = useTranslation("rules");
  const me = useMe();
  const now = useNow();
  const language = currentLanguage();
  const [found] = result.rules;
  if (!found) return null;
  const zone = me.site.timezone;
  const day = (at: string) => new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).format(new Date(at));
  const at = (time: string) => moment(time, zone, language, now);
  const times = t("times");
  const difference = live ? found.difference : null;
  const { real, wrong } = judged(verdicts);
  return (
    <div className="rules-answer">
      <p className="rules-headline">
        <Sentence text={found.headline} />
      </p>
      {result.said.map((each) => (
        <p key={each.code} className="second">
          <Sentence text={each.text} />
        </p>
      ))}
      {difference ? (
        <dl className="rules-figures">
          <Figure name={t("diff.same")} value={difference.same} />
          <Figure name={t("diff.new")} value={difference.only_new} />
          <Figure name={t("diff.gone")} value={difference.only_old} />
        </dl>
      ) : null}
      <dl className="rules-figures">
        <Figure name={t("figure.fired")} value={found.fired} />
        <Figure name={t("figure.cases")} value={found.cases} />
        <Figure name={t("figure.floods")} value={result.floods.length} />
      </dl>
      {result.floods.length > 0 ? (
        <ul className="rules-bullets">
          {result.floods.slice(0, 5).map((flood) => (
            <li key={flood.begin}>{t("flood", { from: at(flood.begin), to: at(flood.end), n: flood.alerts })}</li>
          ))}
        </ul>
      ) : (
        <p className="second">{t("flood.none")}</p>
      )}
      {found.fired > 0 ? (
        <>
          <Chart kind="bar" title={t("per.day")} figures={perDay(found.by_day, day(result.span.begin), day(result.span.end), [t("day"), t("hits.each")], times)} height={180} />
          <Chart kind="heat" title={t("per.hour")} figures={perHour(found.by_day_hour, t("day"), times)} height={220} />
        </>
      ) : null}
      {result.load.length > 0 ? (
        <div className="rows-scroll" role="region" aria-label={t("load")} tabIndex={0}>
          <table className="table twin">
            <caption>{t("load")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("load.shift")}</th>
                <th scope="col" className="right">
                  {t("figure.fired")}
                </th>
                <th scope="col" className="right">
                  {t("figure.cases")}
                </th>
                <th scope="col" className="right">
                  {t("load.person")}
                </th>
              </tr>
            </thead>
            <tbody>
              {spansOf(result.load).map((shift) => (
                <tr key={`${shift.begin} ${shift.end}`}>
                  <th scope="row">
                    {at(shift.begin)} – {at(shift.end)}
                  </th>
                  <td className="numbers right">{shift.alerts}</td>
                  <td className="numbers right">{shift.cases}</td>
                  <td className="numbers right">{shift.per_person ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {found.samples.length > 0 ? (
        <section aria-label={t("samples")}>
          <h3>{t("samples")}</h3>
          <p className="second">{real + wrong > 0 ? t("samples.judged", { real, wrong }) : t("samples.text")}</p>
          <ol className="rules-samples">
            {found.samples.slice(0, SAMPLES).map((hit) => (
              <Sample key={keyOf(hit)} hit={hit} when={at(hit.at)} verdict={verdicts[keyOf(hit)]} judge={(verdict) => judge(keyOf(hit), verdict)} />
            ))}
          </ol>
        </section>
      ) : null}
    </div>
  );
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="numbers">{value}</dd>
    </div>
  );
}

/** One hit: when, where, why; and whether it was a real one. What a closed case found out is said, not asked. */
function Sample({ hit, when, verdict, judge }: { hit: Hit; when: string; verdict: boolean | undefined; judge: (real: boolean) => void }) {
  const { t } = useTranslation("rules");
  return (
    <li className="rules-sample">
      <p className="rules-sample-head">
        <LevelChip level={hit.level as "L1"} /> <b className="numbers">{when}</b> <Sentence text={hit.where} />
      </p>
      <p>
        <Sentence text={hit.sentence} />
      </p>
      <div className="rules-judge">
        {hit.close_code ? <StateTag tone={/false/.test(hit.close_code) ? "bad" : "good"}>{t(/false/.test(hit.close_code) ? "samples.was.wrong" : "samples.was.real")}</StateTag> : null}
        <span className="segmented no-print" role="group" aria-label={t("samples.judge", { at: when, where: say(hit.where) })}>
          <button type="button" aria-pressed={verdict === true} onClick={() => judge(true)}>
            {t("samples.real")}
          </button>
          <button type="button" aria-pressed={verdict === false} onClick={() => judge(false)}>
            {t("samples.wrong")}
          </button>
        </span>
      </div>
    </li>
  );
}
