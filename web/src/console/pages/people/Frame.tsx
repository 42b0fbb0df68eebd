import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useMatch } from "react-router";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Page } from "../../parts";
import { page } from "./page";

/** The page's frame: its help, and the way between people and tokens. */
export function Frame({ title, children, actions }: { title?: string; children: ReactNode; actions?: ReactNode }) {
  const { t } = useTranslation("people");
  const me = useMe();
  const atList = useMatch("/people");
  return (
    <Page
      title={title ?? say(page.title)}
      help={{ for: t("help.for"), do: t("help.do") }}
      actions={
        <>
          {atList ? null : (
            <Link className="button" to="/people">
              {t("all")}
            </Link>
          )}
          {atList && me.permissions.includes("tokens.own") ? (
            <Link className="button" to="/people/tokens">
              {t("tokens")}
            </Link>
          ) : null}
          {actions}
        </>
      }
    >
      {children}
    </Page>
  );
}
