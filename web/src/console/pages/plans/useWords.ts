import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { useSpanWords } from "../../parts";
import { channels } from "./asking";

export const ROLES = ["guard", "worker", "leader", "maintenance", "manager", "checker"] as const;

/** Words for roles, channels and spans as a plan writes them. */
export function useWords() {
  const { t } = useTranslation(["plans", "console"]);
  const me = useMe();
  const span = useSpanWords();
  const found = useQuery({ ...channels, enabled: me.permissions.includes("channels.read") });
  return {
    channels: found.data?.items ?? [],
    channel: (name: string) => say(found.data?.items.find((each) => each.name === name)?.called) || name,
    role: (name: string) => {
      if (name === "responders") return t("responders");
      const known = ROLES.find((each) => each === name);
      return known ? t(`console:role.${known}`) : name;
    },
    span,
  };
}
