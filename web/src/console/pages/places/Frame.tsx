import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

import { say } from "../../../text/start";
import { Page } from "../../parts";
import { page } from "./page";

/** The page's frame: its help, and the ways between tree, generator and homes. */
export function Frame({ title, children, actions }: { title?: string; children: ReactNode; actions?: ReactNode }) {
  const { t } = useTranslation("places");
  const { pathname } = useLocation();
  const way = (path: string, words: string) =>
    pathname === path ? null : (
      <Link className="button" to={path}>
        {words}
      </Link>
    );
  return (
    <Page
      title={title ?? say(page.title)}
      help={{ for: t("help.for"), do: t("help.do") }}
      actions={
        <>
          {actions}
          {way("/places", t("tree"))}
          {way("/places/homes", t("homes"))}
        </>
      }
    >
      {children}
    </Page>
  );
}
