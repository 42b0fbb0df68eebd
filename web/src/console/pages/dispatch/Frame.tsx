import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Page, SubPages } from "../../parts";
import { page } from "./page";

/** The page's frame: its help and its three parts. */
export function Frame({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  const { t } = useTranslation("dispatch");
  const me = useMe();
  const pages = [
    { to: "/dispatch", title: t("tab.what_if") },
    { to: "/dispatch/kinds", title: t("tab.kinds") },
    ...(me.permissions.includes("grids.read") ? [{ to: "/dispatch/grids", title: t("tab.grids") }] : []),
  ];
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} actions={actions}>
      <SubPages label={t("tabs")} pages={pages} />
      {children}
    </Page>
  );
}
