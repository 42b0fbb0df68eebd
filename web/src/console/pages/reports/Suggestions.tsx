import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Proposal } from "../../parts";
import type { Digest } from "./asking";

/** At most three things to change first, each with its reason and the way there. */
export function Suggestions({ items }: { items: Digest["suggestions"] }) {
  const { t } = useTranslation("reports");
  return (
    <section className="card reports-suggestions">
      <h2>{t("suggestions")}</h2>
      {items.length === 0 ? <p className="second">{t("suggestions.none")}</p> : null}
      <ol>
        {items.map((each) => (
          <li key={`${each.rule} ${each.device}`}>
            {each.rule_name ? <b>{say(each.rule_name)}</b> : null}
            <Proposal remedy={each} />
          </li>
        ))}
      </ol>
    </section>
  );
}
