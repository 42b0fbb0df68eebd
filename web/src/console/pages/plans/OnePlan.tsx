import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, Confirm, KeepTyped, Page, PrintButton, type Version, Versions } from "../../parts";
import { categories, drop, plan, type Plan, save, versions } from "./asking";
import { EditPlan } from "./EditPlan";
import { ReadPlan } from "./ReadPlan";

/** One plan: to read and print, to change whole, who changed it before, which kinds get it. */
export function OnePlan({ id }: { id: string }) {
  const { t } = useTranslation("plans");
  const me = useMe();
  const go = useNavigate();
  const queries = useQueryClient();
  const { tell } = useNotices();
  const found = useQuery(plan(id));
  const [editing, setEditing] = useState(false);
  const [asked, setAsked] = useState(false);
  const may = me.permissions.includes("plans.edit");
  const again = () => void queries.invalidateQueries({ queryKey: ["plans"] });
  const actions = (
    <>
      <Link className="button" to="/plans">
        {t("all")}
      </Link>
      {editing ? null : <PrintButton />}
      {may && found.data && !editing ? (
        <>
          <button type="button" className="button main" onClick={() => setEditing(true)}>
            {t("edit")}
          </button>
          {found.data.version > 0 ? (
            <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked(true)}>
              {t("drop")}
            </button>
          ) : null}
        </>
      ) : null}
    </>
  );
  return (
    <Page title={found.data ? say(found.data.name) || id : id} help={{ for: t("help.for"), do: t("help.do") }} actions={actions}>
      <Asked query={found} lines={8}>
        {(answer) => (
          <>
            <Facts plan={answer} />
            {editing ? (
              <KeepTyped newest={answer} version={answer.version}>
                {(began, version) => (
                  <EditPlan
                    plan={began}
                    version={version}
                    done={() => {
                      setEditing(false);
                      again();
                      tell(() => i18next.t("plans:saved"));
                    }}
                    cancel={() => setEditing(false)}
                  />
                )}
              </KeepTyped>
            ) : (
              <ReadPlan plan={answer} />
            )}
            {editing ? null : <History id={id} version={answer.version} may={may} again={again} />}
          </>
        )}
      </Asked>
      {asked && found.data ? (
        <Confirm
          title={t("drop")}
          text={t("drop.text")}
          act={t("drop")}
          reason="needed"
          send={(reason) => drop(id, found.data.version, reason)}
          onDone={() => {
            again();
            void go("/plans");
          }}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </Page>
  );
}

function Facts({ plan: found }: { plan: Plan }) {
  const { t } = useTranslation("plans");
  const kinds = useQuery(categories);
  return (
    <>
      {found.warnings.length > 0 ? (
        <div className="told plan-weak" role="status">
          <p>
            <b>{t("weak.title")}</b>
          </p>
          <ul>
            {found.warnings.map((each) => (
              <li key={each.path + each.message.en}>{say(each.message)}</li>
            ))}
          </ul>
        </div>
      ) : null}
      <p className="plan-kinds">
        <span className="second">{t("kinds.of")} </span>
        {found.categories.length === 0 ? t("kinds.level") : null}
        {found.categories.map((code) => (
          <Link key={code} className="button quiet" to={`/categories/${code}`}>
            {say(kinds.data?.items.find((each) => each.code === code)?.name) || code}
          </Link>
        ))}
      </p>
    </>
  );
}

function History({ id, version, may, again }: { id: string; version: number; may: boolean; again: () => void }) {
  const { t } = useTranslation("plans");
  const found = useQuery({ ...versions(id), enabled: version > 0 });
  if (version === 0) return null;
  return (
    <section aria-labelledby="plan-history" className="no-print">
      <h2 id="plan-history">{t("history")}</h2>
      <Asked query={found}>{({ items }) => <Versions versions={items} {...(may ? { back: (old: Version, reason: string) => save(id, old.entry ?? {}, version, reason), onBack: again } : {})} />}</Asked>
    </section>
  );
}
