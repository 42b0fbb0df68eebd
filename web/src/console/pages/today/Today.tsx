import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Icon } from "../../../parts/Icon";
import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, Chart, Curve, EmptyCalm, FourNumbers, LevelChip, Page, PrintButton, Sentences } from "../../parts";
import { load, type Need, today } from "./asking";
import { hourFigures, wayTo } from "./needs";
import { page } from "./page";

/** The day so far: read aloud, in four numbers, and what waits for somebody. */
export default function Today() {
  const { t } = useTranslation(["today", "console"]);
  const me = useMe();
  const found = useQuery(today);
  const shift = useQuery({ ...load, enabled: me.permissions.includes("load.read") });
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} actions={<PrintButton />}>
      <Asked query={found} lines={8}>
        {(answer) => (
          <>
            <Sentences lines={answer.sentences.map((line) => say(line))} />
            <FourNumbers figures={answer.figures} before={t("before")} year={t("console:figures.year")} />
            <section>
              <h2>{t("needs")}</h2>
              {answer.needs.length === 0 ? <EmptyCalm>{t("needs.none")}</EmptyCalm> : null}
              <ul className="needs">
                {answer.needs.map((need) => (
                  <NeedLine key={need.name} need={need} />
                ))}
              </ul>
            </section>
            <section className="charts">
              <Chart kind="bar" title={t("hours")} figures={hourFigures(answer.hours, t("hour"), t("alarms"), t("console:figures.times"))} />
              {shift.data ? (
                <Curve
                  title={t("shift")}
                  time={t("time")}
                  what={t("alarms")}
                  unit={t("window")}
                  points={shift.data.windows.map((each) => ({ at: Date.parse(each.at), value: each.alarms }))}
                />
              ) : null}
            </section>
            {shift.data ? <p className="second">{say(shift.data.text)}</p> : null}
          </>
        )}
      </Asked>
    </Page>
  );
}

function NeedLine({ need }: { need: Need }) {
  const { t } = useTranslation("today");
  const me = useMe();
  const way = wayTo(need, me.permissions);
  const inside = (
    <>
      <b className="need-count numbers">{need.count}</b>
      <span>{say(need.text)}</span>
      {need.level ? <LevelChip level={need.level} /> : null}
    </>
  );
  return (
    <li className="card need">
      {inside}
      {way ? (
        way.door ? (
          <a className="button no-print" href={way.to}>
            {t(`go.${need.name}`)}
            <Icon name="link" />
          </a>
        ) : (
          <Link className="button no-print" to={way.to}>
            {t(`go.${need.name}`)}
            <Icon name="link" />
          </Link>
        )
      ) : null}
    </li>
  );
}
