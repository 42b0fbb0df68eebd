import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import { Sentence } from "../../parts";
import type { RuleDetail } from "./asking";
import type { Draft } from "./useDraft";

/** The draft as the gateway reads it aloud, what changes against the rule in force, and what it advises. */
export function DraftSide({ draft, live }: { draft: Draft; live: RuleDetail | null }) {
  const { t } = useTranslation("rules");
  const { check, problems } = draft;
  return (
    <section className="card rules-said" aria-live="polite" aria-busy={!draft.settled}>
      <h2>{t("said")}</h2>
      {problems.count > 0 ? (
        <p className="field-wrong">{t("said.wrong", { n: problems.count })}</p>
      ) : check?.sentence ? (
        <p className={draft.settled ? "rules-aloud" : "rules-aloud rules-old"}>
          <Sentence text={check.sentence} />
        </p>
      ) : (
        <p className="second">{t("said.waiting")}</p>
      )}
      {live && check?.ok ? (
        <>
          <h3>{t("change")}</h3>
          {check.difference.length === 0 ? (
            <p className="second">{t("change.none")}</p>
          ) : (
            <ul className="rules-bullets">
              {check.difference.map((edit) => (
                <li key={edit.path}>
                  <Sentence text={edit.text} />
                </li>
              ))}
            </ul>
          )}
        </>
      ) : null}
      {check && check.lint.length > 0 ? (
        <>
          <h3>{t("lint")}</h3>
          <ul className="rules-lint">
            {check.lint.map((each) => (
              <li key={each.message.en}>
                <Icon name="help" />
                <Sentence text={each.message} />
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}
