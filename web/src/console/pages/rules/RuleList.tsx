import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, Choice, type Column, EmptyYet, Filters, LevelChip, PrintButton, Rows, Search, Sentence, StateTag, useUrl, When } from "../../parts";
import { type Rule, rules } from "./asking";
import { falseRate } from "./draft";
import { Files } from "./Files";
import { Frame } from "./Frame";
import { OnOff } from "./OnOff";
import { Trials } from "./Trials";

const STATES = ["on", "off", "trial", "faulty"] as const;
type State = (typeof STATES)[number];

function stateOf(rule: Rule): State {
  if (rule.standing?.faulty) return "faulty";
  if (!rule.enabled) return "off";
  return rule.standing?.shadow ? "trial" : "on";
}

/** Every rule as a sentence: at work or not, how often it spoke, how often it was wrong, when it was changed. */
export function RuleList() {
  const { t } = useTranslation(["rules", "common"]);
  const me = useMe();
  const found = useQuery(rules);
  const [state] = useUrl("state");
  const [level] = useUrl("level");
  const [origin] = useUrl("origin");
  const may = me.permissions.includes("rules.edit");
  const rate = (rule: Rule) => falseRate(rule.standing);
  const columns: [Column<Rule>, ...Column<Rule>[]] = [
    {
      key: "name",
      title: t("rule"),
      value: (rule) => say(rule.name),
      cell: (rule) => <Sentence className="rules-name" text={rule.name} />,
    },
    { key: "sentence", title: t("sentence"), value: (rule) => say(rule.sentence), cell: (rule) => <Sentence className="rules-sentence" text={rule.sentence} /> },
    { key: "level", title: t("level"), value: (rule) => rule.level, word: (rule) => (rule.level ? t(`common:level.${rule.level}`) : null), cell: (rule) => (rule.level ? <LevelChip level={rule.level} /> : "–") },
    { key: "hits", title: t("hits"), value: (rule) => rule.hits_7d, numeric: true },
    { key: "wrong", title: t("wrong"), value: rate, cell: (rule) => (rate(rule) === null ? "–" : `${rate(rule)} %`), numeric: true },
    {
      key: "at",
      title: t("changed"),
      value: (rule) => (rule.standing?.origin === "site" || rule.standing?.overridden ? rule.standing.at : null),
      cell: (rule) => (rule.standing?.origin === "site" || rule.standing?.overridden ? <When at={rule.standing.at} /> : <span className="second">{t("origin.pack")}</span>),
    },
    {
      key: "state",
      title: t("state"),
      value: (rule) => t(`state.${stateOf(rule)}`),
      cell: (rule) => (stateOf(rule) === "faulty" ? <StateTag tone="bad">{t("state.faulty")}</StateTag> : <OnOff rule={rule} />),
    },
  ];
  return (
    <Frame
      actions={
        <>
          {may ? (
            <Link className="button main" to="/rules/new">
              {t("new")}
            </Link>
          ) : null}
          <Link className="button" to="/rules/packs">
            {t("packs")}
          </Link>
          <Files may={may} />
          <PrintButton />
        </>
      }
    >
      <Trials />
      <Filters>
        <Search />
        <Choice name="state" label={t("state")} options={STATES.map((each) => ({ value: each, label: t(`state.${each}`) }))} />
        <Choice name="level" label={t("level")} options={(["L1", "L2", "L3", "L4"] as const).map((each) => ({ value: each, label: t(`common:level.${each}`) }))} />
        <Choice name="origin" label={t("origin")} options={(["site", "pack"] as const).map((each) => ({ value: each, label: t(`origin.${each}`) }))} />
      </Filters>
      <Asked query={found} lines={8}>
        {({ items }) => (
          <Rows
            caption={t("table")}
            rows={items.filter(
              (rule) =>
                (!state || stateOf(rule) === state) && (!level || rule.level === level) && (!origin || (rule.standing?.origin === "site") === (origin === "site")),
            )}
            all={items.length}
            filters={["state", "level", "origin"]}
            columns={columns}
            id={(rule) => rule.id}
            link={(rule) => `/rules/${encodeURIComponent(rule.id)}`}
            empty={<EmptyYet icon="rules" title={t("none")} />}
            pageSize={25}
          />
        )}
      </Asked>
    </Frame>
  );
}
