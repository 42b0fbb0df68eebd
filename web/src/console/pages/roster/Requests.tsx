import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, EmptyYet } from "../../parts";
import { type Gap, people, requests } from "./asking";
import { AskLeave } from "./AskLeave";
import { AskSwap } from "./AskSwap";
import { Frame } from "./Frame";
import { LeaveItem, SwapItem } from "./RequestItems";
import { useRosterWords } from "./words";

/** Swaps and leave: ask, answer, take back. What waits for an answer stands first. */
export function Requests() {
  const { t } = useTranslation("roster");
  const me = useMe();
  const queries = useQueryClient();
  const found = useQuery(requests);
  const everybody = useQuery(people);
  const [asked, setAsked] = useState<"swap" | "leave" | null>(null);
  const [gaps, setGaps] = useState<Gap[] | null>(null);
  const rostered = (everybody.data?.items ?? []).some((each) => each.id === me.id);
  const again = (after: Gap[]) => {
    setGaps(after);
    void queries.invalidateQueries({ queryKey: ["roster"] });
  };
  const actions = rostered ? (
    <>
      <button type="button" className="button main" aria-haspopup="dialog" onClick={() => setAsked("swap")}>
        {t("swap.ask")}
      </button>
      <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked("leave")}>
        {t("leave.ask")}
      </button>
    </>
  ) : null;
  return (
    <Frame actions={actions}>
      {gaps && gaps.length > 0 ? <GapsAfter gaps={gaps} /> : null}
      <Asked query={found}>
        {({ swaps, leave }) => {
          if (swaps.length + leave.length === 0) return <EmptyYet icon="today" title={t("requests.none")}>{t("requests.none.text")}</EmptyYet>;
          const open = [...swaps.filter((each) => each.state === "asked").map((each) => <SwapItem key={each.id} swap={each} done={again} />), ...leave.filter((each) => each.state === "asked").map((each) => <LeaveItem key={each.id} leave={each} done={again} />)];
          const over = [...swaps.filter((each) => each.state !== "asked").map((each) => ({ at: each.day, item: <SwapItem key={each.id} swap={each} done={again} /> })), ...leave.filter((each) => each.state !== "asked").map((each) => ({ at: each.begin, item: <LeaveItem key={each.id} leave={each} done={again} /> }))].sort((a, b) => b.at.localeCompare(a.at));
          return (
            <>
              <section aria-labelledby="requests-open">
                <h2 id="requests-open">{t("requests.open", { n: open.length })}</h2>
                {open.length > 0 ? <ul className="roster-requests">{open}</ul> : <p className="second">{t("requests.open.none")}</p>}
              </section>
              {over.length > 0 ? (
                <section aria-labelledby="requests-over">
                  <h2 id="requests-over">{t("requests.over")}</h2>
                  <ul className="roster-requests">{over.map((each) => each.item)}</ul>
                </section>
              ) : null}
            </>
          );
        }}
      </Asked>
      {asked === "swap" ? <AskSwap onDone={again} onClose={() => setAsked(null)} /> : null}
      {asked === "leave" ? <AskLeave onDone={again} onClose={() => setAsked(null)} /> : null}
    </Frame>
  );
}

/** After an answer: the times of the coming week at which nobody would come. */
function GapsAfter({ gaps }: { gaps: Gap[] }) {
  const { t } = useTranslation("roster");
  const words = useRosterWords();
  return (
    <div className="told roster-gaps" role="status">
      <p>
        <b>{t("gaps.after", { n: gaps.length })}</b>
      </p>
      <ul>
        {gaps.map((gap) => (
          <li key={`${gap.grid}${gap.role}${gap.begin}`}>
            <span className="numbers">
              {words.date(words.day(gap.begin))} {words.times(gap.begin, gap.end)}
            </span>
            <span>
              {say(gap.grid_name)} · {words.role(gap.role)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
