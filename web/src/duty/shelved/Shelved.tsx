import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Refusal } from "../../api/client";
import { endSilence, silences } from "../../api/gateway";
import { moment, span } from "../../look/format";
import { queries, useMe } from "../../parts/session";
import { useNotices } from "../../parts/undo";
import { useNow } from "../../parts/useNow";
import { useStream } from "../../stream/store";
import { currentLanguage, say } from "../../text/start";
import { Icon } from "../../parts/Icon";
import { Asked, Nothing, SeatFrame } from "../SeatFrame";
import { soonestFirst } from "./soonest";

const EVERY_MS = 15_000;

/** What is shelved now: who, why, until when, how much it has hidden; one press brings it back. */
export default function Shelved() {
  const { t } = useTranslation("seat");
  const found = useQuery({ queryKey: ["silences"], queryFn: silences, refetchInterval: EVERY_MS });
  return (
    <SeatFrame title={t("shelved.title")} help={t("shelved.help")}>
      <Asked query={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={t("shelved.none")}>
              <p className="second">{t("shelved.none.text")}</p>
            </Nothing>
          ) : (
            <Table items={soonestFirst(items)} />
          )
        }
      </Asked>
    </SeatFrame>
  );
}

type Silence = Awaited<ReturnType<typeof silences>>["items"][number];

function Table({ items }: { items: Silence[] }) {
  const { t } = useTranslation("seat");
  return (
    <div className="seat-table-place">
      <table className="seat-table">
        <caption className="only-heard">{t("shelved.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("shelved.what")}</th>
            <th scope="col">{t("shelved.why")}</th>
            <th scope="col">{t("shelved.who")}</th>
            <th scope="col">{t("shelved.until")}</th>
            <th scope="col">{t("shelved.hidden")}</th>
            <th scope="col" className="no-print">
              <span className="only-heard">{t("shelved.back")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((each) => (
            <OneSilence key={each.id} silence={each} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function OneSilence({ silence }: { silence: Silence }) {
  const { t } = useTranslation("seat");
  const me = useMe();
  const now = useNow();
  const language = currentLanguage();
  const cut = useStream((stream) => stream.link === "cut");
  const { tell, warn } = useNotices();
  const until = moment(silence.until, me.site.timezone, language, now);
  const left = span(Date.parse(silence.until) - now, language);
  const back = async () => {
    try {
      const rest = await endSilence(silence.id);
      queries.setQueryData(["silences"], rest);
      tell(() => t("shelved.ended", { said: say(silence.said) }));
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : String(error)));
    }
  };
  return (
    <tr>
      <th scope="row">
        {say(silence.said)}
        {silence.covers_l1 ? <b className="demo"> {t("shelved.red")}</b> : null}
      </th>
      <td data-name={t("shelved.why")}>{silence.reason}</td>
      <td data-name={t("shelved.who")}>{silence.by.name}</td>
      <td data-name={t("shelved.until")} className="numbers">
        {silence.begun ? t("shelved.left", { until, left }) : t("shelved.later", { start: moment(silence.start, me.site.timezone, language, now), until })}
      </td>
      <td data-name={t("shelved.hidden")} className="numbers">
        {t("shelved.count", { n: silence.hidden })}
      </td>
      <td className="no-print">
        {me.permissions.includes("silences.edit") ? (
          <button type="button" className="button" disabled={cut} aria-label={`${t("shelved.back")}: ${say(silence.said)}`} onClick={() => void back()}>
            <Icon name="undo" />
            {t("shelved.back")}
          </button>
        ) : null}
      </td>
    </tr>
  );
}
