import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { clock, together } from "../../../look/format";
import { useMe } from "../../../parts/session";
import { currentLanguage, say } from "../../../text/start";
import { Asked, StateTag } from "../../parts";
import { type Walk, walks } from "./asking";
import { standingOf } from "./times";

/** How today's rounds go: how many points were seen, and by name which were missed. */
export function Walks() {
  const { t } = useTranslation("patrols");
  const found = useQuery(walks);
  return (
    <section className="patrol-today">
      <h2>{t("today")}</h2>
      <Asked query={found} lines={3}>
        {(answer) =>
          answer.walks.length === 0 ? (
            <p className="second">{t("today.none")}</p>
          ) : (
            <ul>
              {answer.walks.map((walk) => (
                <WalkLine key={walk.round + walk.begin} walk={walk} />
              ))}
            </ul>
          )
        }
      </Asked>
    </section>
  );
}

function WalkLine({ walk }: { walk: Walk }) {
  const { t } = useTranslation("patrols");
  const zone = useMe().site.timezone;
  const { tone, seen, missed } = standingOf(walk);
  return (
    <li className="card patrol-walk" data-round={walk.round}>
      <b>{say(walk.name)}</b>
      <span className="numbers">
        {clock(walk.begin, zone, true)}–{clock(walk.end, zone, true)}
      </span>
      <StateTag tone={tone}>{t(`today.${tone}`, { n: missed.length })}</StateTag>
      <span className="second numbers">{t("today.seen", { n: seen, all: walk.stops.length })}</span>
      {missed.length > 0 ? (
        <p>
          {t("today.missed")} {together(missed.map((stop) => say(stop.name)), currentLanguage())}
        </p>
      ) : null}
    </li>
  );
}
