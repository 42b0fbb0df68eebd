import "./quarantine.css";

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Asked, EmptyCalm, Page } from "../../parts";
import { groups } from "./asking";
import { OneGroup } from "./OneGroup";
import { page } from "./page";

/** Messages that nobody could read, those that one mend makes readable together. */
export default function Quarantine() {
  const { t } = useTranslation("quarantine");
  const found = useQuery(groups);
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} lead={t("lead")}>
      <Asked query={found} lines={6}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyCalm>{t("none")}</EmptyCalm>
          ) : (
            <>
              <p role="status" className="quarantine-sum">
                {t("sum", { groups: items.length, messages: items.reduce((sum, each) => sum + each.count, 0) })}
              </p>
              <ol className="quarantine-groups">
                {items.map((group) => (
                  <OneGroup key={group.id} group={group} />
                ))}
              </ol>
            </>
          )
        }
      </Asked>
    </Page>
  );
}
