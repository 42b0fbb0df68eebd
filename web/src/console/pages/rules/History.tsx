import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { Confirm, Sentence, When } from "../../parts";
import { goBack, type RuleDetail, type RuleVersion } from "./asking";

const ACTS = ["read", "saved", "enabled", "disabled", "rolled_back", "reset", "removed"] as const;

/** Who changed a rule, when and why, each change as a sentence, and one press back to any of them. */
export function History({ rule }: { rule: RuleDetail }) {
  const { t } = useTranslation(["rules", "console"]);
  const me = useMe();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [asked, setAsked] = useState<RuleVersion | null>(null);
  const act = (name: string) => {
    const known = ACTS.find((each) => each === name);
    return known ? t(`act.${known}`) : name;
  };
  return (
    <>
      <ol className="versions">
        {rule.versions.map((version, place) => (
          <li key={version.version} className="card version">
            <p className="version-head">
              <b>{t("console:versions.number", { n: version.version })}</b>
              <span>{act(version.act)}</span>
              {place === 0 ? <span className="second">{t("console:versions.now")}</span> : null}
              <span className="second">
                {version.act === "read" ? null : `${version.author.name} · `}
                <When at={version.at} />
              </span>
              {place > 0 && me.permissions.includes("rules.edit") ? (
                <button type="button" className="button no-print" aria-haspopup="dialog" onClick={() => setAsked(version)}>
                  {t("console:versions.back")}
                </button>
              ) : null}
            </p>
            {version.reason ? <p lang={/[\u4e00-\u9fff]/.test(version.reason) ? "zh-CN" : "en"}>{version.reason}</p> : null}
            {version.difference.length > 0 ? (
              <ul className="rules-bullets">
                {version.difference.map((edit) => (
                  <li key={edit.path}>
                    <Sentence text={edit.text} />
                  </li>
                ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ol>
      {asked ? (
        <Confirm
          title={`${t("console:versions.back")} · ${t("console:versions.number", { n: asked.version })}`}
          text={t("console:versions.back.text", { n: asked.version })}
          act={t("console:versions.back")}
          reason="needed"
          send={(reason) => goBack(rule.id, asked.version, rule.version, reason)}
          onDone={() => {
            tell(() => i18next.t("rules:back.done", { n: asked.version }));
            void queries.invalidateQueries({ queryKey: ["rules"] });
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </>
  );
}
