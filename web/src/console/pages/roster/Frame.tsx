import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Page, SubPages } from "../../parts";
import { requests } from "./asking";
import { page } from "./page";
import { waitsFor } from "./waiting";

/** The page's frame: its help and its four parts. */
export function Frame({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  const { t } = useTranslation("roster");
  const me = useMe();
  const may = (permission: string) => me.permissions.includes(permission);
  const found = useQuery({ ...requests, enabled: may("rosters.ask") });
  const waiting = found.data ? waitsFor(found.data, me.id, may("rosters.edit")) : 0;
  const pages = [
    { to: "/roster", title: t("tab.calendar") },
    ...(may("rosters.ask") ? [{ to: "/roster/requests", title: t("tab.requests"), count: waiting }] : []),
    { to: "/roster/edit", title: t(may("rosters.edit") ? "tab.edit" : "tab.shifts") },
    { to: "/roster/history", title: t("tab.history") },
  ];
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} actions={actions}>
      <SubPages label={t("tabs")} pages={pages} />
      {children}
    </Page>
  );
}
