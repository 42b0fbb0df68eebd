import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { Asked, Confirm, When } from "../../parts";
import { steps, undo } from "./asking";

/** What was saved of the estate lately; the newest step can be taken back. */
export function LatelySaved() {
  const { t } = useTranslation("transfer");
  const found = useQuery(steps);
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [asked, setAsked] = useState<string | null>(null);
  return (
    <section>
      <h2>{t("lately")}</h2>
      <Asked query={found} lines={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="second">{t("lately.none")}</p>
          ) : (
            <ol className="card transfer-findings">
              {items.map((each, place) => (
                <li key={each.step} className="transfer-step">
                  <When at={each.at} age />
                  <span>{each.author.name}</span>
                  <b className="numbers">{t("lately.count", { n: each.count })}</b>
                  <span className="second" lang="zh">
                    {each.reason}
                  </span>
                  {place === 0 ? (
                    <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked(each.step)}>
                      {t("undo")}
                    </button>
                  ) : null}
                </li>
              ))}
            </ol>
          )
        }
      </Asked>
      {asked ? (
        <Confirm
          title={t("undo")}
          text={t("undo.text")}
          act={t("undo")}
          reason="none"
          send={() => undo(asked)}
          onDone={() => {
            tell(() => i18next.t("transfer:undone"));
            void queries.invalidateQueries();
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}
