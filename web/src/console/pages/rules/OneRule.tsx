import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Refusal } from "../../../api/client";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, Confirm, handOver, Loading, Sentence, useDeed, When } from "../../parts";
import { exported, reset, rule as askRule, type RuleDetail, trials } from "./asking";
import { falseRate } from "./draft";
import { Frame } from "./Frame";
import { History } from "./History";
import { OnOff } from "./OnOff";
import { TrialReport } from "./TrialReport";

/** One rule: its sentence, whether it works, how right it was, its trial run, its history. */
export function OneRule({ id }: { id: string }) {
  const { t } = useTranslation("rules");
  const me = useMe();
  const found = useQuery(askRule(id));
  const running = useQuery(trials);
  const trial = running.data?.items.find((each) => each.shadow.rule === id) ?? null;
  const name = say(found.data?.name ?? trial?.name) || id;
  const may = me.permissions.includes("rules.edit");
  const gone = found.error instanceof Refusal && found.error.status === 404;
  const to = `/rules/${encodeURIComponent(id)}`;
  return (
    <Frame
      title={name}
      actions={
        <>
          {may && (found.data || trial) ? (
            <Link className="button main" to={`${to}/edit`}>
              {t("edit")}
            </Link>
          ) : null}
          {found.data ? (
            <>
              <Link className="button" to={`${to}/why`}>
                {t("why")}
              </Link>
              {may ? <More rule={found.data} /> : null}
            </>
          ) : null}
        </>
      }
    >
      {gone && trial ? (
        <TrialReport trial={trial} />
      ) : gone && running.isPending ? (
        <Loading retry={() => void running.refetch()} />
      ) : (
        <Asked query={found} lines={8}>
          {(rule) => (
            <>
              <section className="card rules-said">
                <p className="rules-aloud">
                  <Sentence text={rule.sentence} />
                </p>
                {rule.note ? (
                  <p className="second">
                    <Sentence text={rule.note} />
                  </p>
                ) : null}
                <OnOff rule={rule} />
              </section>
              {trial ? <TrialReport trial={trial} /> : null}
              <Facts rule={rule} />
              <section>
                <h2>{t("history")}</h2>
                <History rule={rule} />
              </section>
            </>
          )}
        </Asked>
      )}
    </Frame>
  );
}

function Facts({ rule }: { rule: RuleDetail }) {
  const { t } = useTranslation("rules");
  const { whole } = rule.precision;
  const rate = falseRate(whole);
  return (
    <section>
      <h2>{t("facts")}</h2>
      <dl className="card facts">
        <div>
          <dt>{t("fact.right")}</dt>
          <dd>{rate === null ? t("fact.right.none") : t("fact.right.of", { rate, n: whole.true + whole.false })}</dd>
        </div>
        <div>
          <dt>{t("origin")}</dt>
          <dd>{t(rule.overridden ? "origin.changed" : `origin.${rule.origin}`)}</dd>
        </div>
        <div>
          <dt>{t("changed")}</dt>
          <dd>
            <When at={rule.at} age />
          </dd>
        </div>
        {rule.faults.everywhere || rule.faults.devices.length > 0 ? (
          <div>
            <dt>{t("state.faulty")}</dt>
            <dd>{rule.faults.everywhere ? t("fact.faults.all") : t("fact.faults.some", { n: rule.faults.devices.length })}</dd>
          </div>
        ) : null}
      </dl>
      {rule.lint.length > 0 ? (
        <ul className="rules-bullets second">
          {rule.lint.map((each) => (
            <li key={each.message.en}>
              <Sentence text={each.message} />
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** What is done now and then: a copy, a file, back to how it came. */
function More({ rule }: { rule: RuleDetail }) {
  const { t } = useTranslation("rules");
  const tell = useNotices((notices) => notices.tell);
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const { act, busy } = useDeed();
  const out = async () => handOver(`${rule.id}.yaml`, await exported(rule.id));
  return (
    <>
      <Link className="button" to={`/rules/new?from=${encodeURIComponent(rule.id)}`}>
        {t("copy")}
      </Link>
      <button type="button" className="button" disabled={busy} onClick={() => void act(out)}>
        {t("export")}
      </button>
      {rule.overridden ? (
        <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked(true)}>
          {t("reset")}
        </button>
      ) : null}
      {asked ? (
        <Confirm
          title={t("reset")}
          text={t("reset.text")}
          act={t("reset")}
          reason="needed"
          send={(reason) => reset(rule.id, reason)}
          onDone={() => {
            tell(() => i18next.t("rules:reset.done"));
            void queries.invalidateQueries({ queryKey: ["rules"] });
          }}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </>
  );
}
