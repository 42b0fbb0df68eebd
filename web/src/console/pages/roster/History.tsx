import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { Asked, EmptyYet, type Version, Versions } from "../../parts";
import { history, plan, savePlan } from "./asking";
import { Frame } from "./Frame";

/** Who changed the roster, version by version, and back. */
export function History() {
  const { t } = useTranslation("roster");
  const me = useMe();
  const queries = useQueryClient();
  const found = useQuery(history);
  const present = useQuery(plan);
  const may = me.permissions.includes("rosters.edit");
  return (
    <Frame>
      <Asked query={found}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyYet icon="history" title={t("history.none")} />
          ) : (
            <Versions
              versions={items}
              {...(may ? { back: (version: Version, reason: string) => savePlan(version.entry ?? {}, present.data?.version ?? 0, reason), onBack: () => void queries.invalidateQueries({ queryKey: ["roster"] }) } : {})}
            />
          )
        }
      </Asked>
    </Frame>
  );
}
