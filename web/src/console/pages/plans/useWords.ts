import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { channels } from "./asking";

export const ROLES = ["guard", "worker", "leader", "maintenance", "manager", "checker"] as const;
const UNITS = ["s", "m", "h", "d"] as const;

/** Words for roles, channels and spans as a plan writes them. */
export function useWords() {
  const { t } = useTranslation(["plans", "console"]);
  const me = useMe();
  const found = useQuery({ ...channels, enabled: me.permissions.includes("channels.read") });
  return {
    channels: found.data?.items ?? [],
    channel: (name: string) => say(found.data?.items.find((each) => each.name === name)?.called) || name,
    role: (name: string) => {
      if (name === "responders") return t("responders");
      const known = ROLES.find((each) => each === name);
      return known ? t(`console:role.${known}`) : name;
    },
    /** `3m` as “3 分钟”, `4hW` as “4 小时（工作时间）”; what is neither stays as it is. */
    span: (text: string) => {
      const match = /^(\d+(?:\.\d+)?)(s|m|h|d)(W?)$/.exec(text);
      const unit = UNITS.find((each) => each === match?.[2]);
      if (!match || !unit) return text;
      return t(`unit.${unit}`, { n: Number(match[1]) }) + (match[3] ? t("unit.work") : "");
    },
  };
}
