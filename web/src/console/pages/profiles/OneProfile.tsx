import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, Confirm, KeepTyped, useUrl, Versions } from "../../parts";
import { Assistant } from "./Assistant";
import { drop, profile, type Profile, rollback, versions } from "./asking";
import type { Draft } from "./draft";
import { Frame } from "./Frame";
import { YamlEditor } from "./YamlEditor";

/** One device model: where it listens, its YAML, its versions; one saved here can be changed, taken back, taken away. */
export function OneProfile({ id }: { id: string }) {
  const { t } = useTranslation("profiles");
  const found = useQuery(profile(id));
  const [editing] = useUrl("edit");
  return (
    <Frame title={found.data ? say(found.data.name) : id} actions={found.data && !editing ? <ProfileActions profile={found.data} /> : null}>
      <Asked query={found} lines={6}>
        {(answer) => {
          if ((editing === "draft" && answer.draft) || editing === "yaml")
            return (
              <KeepTyped newest={answer} version={answer.version}>
                {(began, version) =>
                  editing === "draft" ? <Assistant start={began.draft as unknown as Draft} version={version} /> : <YamlEditor id={began.id} text={began.text} version={version} />
                }
              </KeepTyped>
            );
          return (
            <>
              <dl className="card facts">
                <div>
                  <dt>{t("origin")}</dt>
                  <dd>{t(`origin.${answer.origin}`)}</dd>
                </div>
                <div>
                  <dt>{t("id")}</dt>
                  <dd className="code">
                    {answer.id}@{answer.revision}
                  </dd>
                </div>
                <div>
                  <dt>{t("devices")}</dt>
                  <dd>
                    <Link className="row-link" to={`/devices?profile=${encodeURIComponent(answer.id)}`}>{answer.devices}</Link>
                  </dd>
                </div>
                <div>
                  <dt>{t("samples")}</dt>
                  <dd className="numbers">{answer.samples}</dd>
                </div>
              </dl>
              {answer.about ? <p className="profiles-about">{say(answer.about)}</p> : null}
              <section>
                <h2>{t("listens")}</h2>
                <ul className="card profiles-listens" lang="en">
                  {answer.listens.map((each) => (
                    <li key={each} className="code">
                      {each}
                    </li>
                  ))}
                </ul>
              </section>
              <section>
                <h2>{t("yaml")}</h2>
                <pre className="profiles-yaml" role="group" lang="en" tabIndex={0} aria-label={t("yaml")}>
                  {answer.text}
                </pre>
              </section>
              {answer.version > 0 ? <History profile={answer} /> : null}
            </>
          );
        }}
      </Asked>
    </Frame>
  );
}

function History({ profile }: { profile: Profile }) {
  const { t } = useTranslation("profiles");
  const found = useQuery(versions(profile.id));
  return (
    <section>
      <h2>{t("versions")}</h2>
      <Asked query={found} lines={2}>
        {({ items }) => <Versions versions={items.map((each) => ({ ...each, changes: each.changes.filter((change) => change.path !== "text") }))} />}
      </Asked>
    </section>
  );
}

function ProfileActions({ profile }: { profile: Profile }) {
  const { t } = useTranslation("profiles");
  const me = useMe();
  const go = useNavigate();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [asked, setAsked] = useState<"back" | "drop" | null>(null);
  const here = `/profiles/${encodeURIComponent(profile.id)}`;
  if (!me.permissions.includes("profiles.edit")) return null;
  if (profile.origin !== "saved") {
    return (
      <Link className="button" to={`/profiles/new?from=${encodeURIComponent(profile.id)}`}>
        {t("copy")}
      </Link>
    );
  }
  return (
    <>
      {profile.draft ? (
        <Link className="button main" to={`${here}?edit=draft`}>
          {t("edit")}
        </Link>
      ) : null}
      <Link className={profile.draft ? "button" : "button main"} to={`${here}?edit=yaml`}>
        {t("edit.yaml")}
      </Link>
      {profile.version > 1 ? (
        <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked("back")}>
          {t("rollback")}
        </button>
      ) : null}
      <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked("drop")}>
        {t("drop")}
      </button>
      {asked ? (
        <Confirm
          title={`${t(asked === "back" ? "rollback" : "drop")} · ${say(profile.name)}`}
          text={t(asked === "back" ? "rollback.text" : "drop.text")}
          act={t(asked === "back" ? "rollback" : "drop")}
          reason="needed"
          send={(reason) => (asked === "back" ? rollback : drop)(profile.id, profile.version, reason)}
          onDone={() => {
            tell(() => i18next.t(asked === "back" ? "profiles:rolled_back" : "profiles:dropped"));
            if (asked === "drop") void go("/profiles"); // the list asks anew by itself; this one is not asked for again
            void queries.invalidateQueries({ queryKey: ["profiles"], ...(asked === "drop" ? { exact: true } : {}) });
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </>
  );
}
