import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { together } from "../../../look/format";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { currentLanguage, say } from "../../../text/start";
import { Asked, KeepTyped, LevelChip, Page, useSpanWords, type Version, Versions } from "../../parts";
import { categories, category, type Category, plans, save, versions } from "./asking";
import { EditKind } from "./EditKind";
import { type CategoryEntry, fieldsOf } from "./entry";
import { useRole } from "./useRole";

/** One kind of case: what it is, how fast, who goes first, which plan; changed as a whole. */
export function OneKind({ code }: { code: string }) {
  const { t } = useTranslation("categories");
  const me = useMe();
  const queries = useQueryClient();
  const { tell } = useNotices();
  const found = useQuery(category(code));
  const [editing, setEditing] = useState(false);
  const may = me.permissions.includes("categories.edit");
  const again = () => void queries.invalidateQueries({ queryKey: categories.queryKey });
  return (
    <Page
      title={found.data ? say(found.data.name) : code}
      help={{ for: t("help.for"), do: t("help.do") }}
      actions={
        <>
          <Link className="button" to="/categories">
            {t("all")}
          </Link>
          {may && found.data && !editing ? (
            <button type="button" className="button main" onClick={() => setEditing(true)}>
              {t("edit")}
            </button>
          ) : null}
        </>
      }
    >
      <Asked query={found} lines={8}>
        {(answer) =>
          editing ? (
            <KeepTyped newest={answer} version={answer.version}>
              {(began, version) => (
                <EditKind
                  kind={began}
                  version={version}
                  done={() => {
                    setEditing(false);
                    again();
                    tell(() => i18next.t("categories:saved"));
                  }}
                  cancel={() => setEditing(false)}
                />
              )}
            </KeepTyped>
          ) : (
            <>
              <Facts kind={answer} />
              <History code={code} version={answer.version} may={may} again={again} />
            </>
          )
        }
      </Asked>
    </Page>
  );
}

function Facts({ kind }: { kind: Category }) {
  const { t } = useTranslation("categories");
  const me = useMe();
  const role = useRole();
  const words = useSpanWords();
  const limit = (text: string) => (text === "" ? t("usual") : text === "none" ? t("unlimited") : words(text));
  const found = useQuery({ ...plans, enabled: me.permissions.includes("plans.read") });
  const fields = fieldsOf(kind.entry as CategoryEntry);
  const plan = say(found.data?.items.find((each) => each.id === kind.plan)?.name) || kind.plan;
  const facts: [string, ReactNode][] = [
    [t("code"), kind.code],
    [t("level"), <LevelChip key="level" level={kind.level} />],
    [t("plan"), <Link key="plan" className="row-link" to={`/plans/${encodeURIComponent(kind.plan)}`}>{plan}</Link>],
    [t("responders"), together(fields.responders.map(role), currentLanguage())],
    [t("take"), limit(fields.take)],
    [t("arrive"), limit(fields.arrive)],
    [t("resolve"), limit(fields.resolve)],
    [t("ends_at"), fields.ends_at === "community" || fields.ends_at === "street" ? t(`ends.${fields.ends_at}`) : t("ends.grid")],
    [t("filing"), say(kind.filing) || "–"],
    [t("closing"), say(kind.closing) || "–"],
    [t("next"), say(fields.next) || "–"],
    [t("state"), t(kind.retired ? "state.retired" : `origin.${kind.origin}`)],
  ];
  return (
    <dl className="card facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function History({ code, version, may, again }: { code: string; version: number; may: boolean; again: () => void }) {
  const { t } = useTranslation("categories");
  const found = useQuery({ ...versions(code), enabled: version > 0 });
  if (version === 0) return null;
  return (
    <section aria-labelledby="kind-history">
      <h2 id="kind-history">{t("history")}</h2>
      <Asked query={found}>{({ items }) => <Versions versions={items} {...(may ? { back: (old: Version, reason: string) => save(code, old.entry ?? {}, version, reason), onBack: again } : {})} />}</Asked>
    </section>
  );
}
