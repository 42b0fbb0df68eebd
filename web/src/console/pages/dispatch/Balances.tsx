import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { currentLanguage, say } from "../../../text/start";
import { Asked, Chart, Confirm, type Figures } from "../../parts";
import { type Balance, balance, proposal, type Proposal, saveCut } from "./asking";
import { period } from "./cut";

const DAYS = 30;
const EVEN = 0.1; // below this nobody would feel the difference

/** How even the grids are over thirty days, and which building would better lie elsewhere; nothing moves by looking. */
export function Balances() {
  const { t } = useTranslation("dispatch");
  const me = useMe();
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: me.site.timezone }).format(new Date());
  const { from, to } = period(today, DAYS);
  const even = useQuery(balance(from, to));
  const better = useQuery(proposal(from, to));
  return (
    <>
      <section aria-labelledby="dispatch-balance">
        <h2 id="dispatch-balance">{t("balance", { n: DAYS })}</h2>
        <Asked query={even} lines={4}>
          {({ items }) => (
            <div className="charts">
              {items.map((each) => (
                <Even key={each.community ?? ""} balance={each} />
              ))}
            </div>
          )}
        </Asked>
      </section>
      <section aria-labelledby="dispatch-better">
        <h2 id="dispatch-better">{t("better")}</h2>
        <Asked query={better} lines={4}>
          {({ items }) => (
            <>
              {items.map((each) => (
                <Better key={each.community ?? ""} found={each} />
              ))}
            </>
          )}
        </Asked>
      </section>
    </>
  );
}

const number = (value: number) => new Intl.NumberFormat(currentLanguage() === "zh" ? "zh-CN" : "en-GB", { maximumFractionDigits: 2 }).format(value);

function Even({ balance: found }: { balance: Balance }) {
  const { t } = useTranslation("dispatch");
  const figures: Figures = {
    head: [t("grid"), t("households"), t("incidents"), t("work_h")],
    rows: found.grids.map((each) => [say(each.name), each.households, each.incidents, Math.round(each.work_h * 10) / 10]),
  };
  return (
    <div>
      <p className="numbers">
        <b>{say(found.name)}</b> · {t("spread", { n: number(found.spread) })} · {t(found.spread <= EVEN ? "spread.even" : "spread.uneven")}
      </p>
      <Chart kind="bar" title={t("balance.of", { name: say(found.name) })} figures={figures} />
    </div>
  );
}

function Better({ found }: { found: Proposal }) {
  const { t } = useTranslation("dispatch");
  const me = useMe();
  const tell = useNotices((notices) => notices.tell);
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  if (found.moves.length === 0) return <p className="second">{t("better.none", { name: say(found.name) })}</p>;
  const grid = (id: string) => say(found.after.grids.find((each) => each.grid === id)?.name) || id;
  return (
    <div className="card dispatch-answer">
      <p className="numbers">
        <b>{t("better.says", { name: say(found.name), before: number(found.before.spread), after: number(found.after.spread) })}</b>
      </p>
      <ol className="steps">
        {found.moves.map((move) => (
          <li key={move.building}>
            {t("better.move", { building: say(move.name), source: grid(move.source), target: grid(move.target) })} <span className="second">{say(move.reason)}</span>
          </li>
        ))}
      </ol>
      {me.permissions.includes("grids.edit") ? (
        <button type="button" className="button main no-print" aria-haspopup="dialog" onClick={() => setAsked(true)}>
          {t("better.take")}
        </button>
      ) : null}
      {asked ? (
        <Confirm
          title={t("better.take")}
          text={t("grids.save.text")}
          act={t("grids.save.go")}
          reason="needed"
          send={(reason) => saveCut(found.after.grids.map((each) => ({ grid: each.grid, buildings: each.buildings })), reason)}
          onDone={() => {
            tell(() => i18next.t("dispatch:grids.saved"));
            void queries.invalidateQueries({ queryKey: ["grids"] });
          }}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </div>
  );
}
