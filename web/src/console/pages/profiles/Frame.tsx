import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useMatch } from "react-router";

import { say } from "../../../text/start";
import { Page } from "../../parts";
import { page } from "./page";

/** The page's frame with its help and the way back to the list. */
export function Frame({ title, children, actions }: { title?: string; children: ReactNode; actions?: ReactNode }) {
  const { t } = useTranslation("profiles");
  const atList = useMatch("/profiles");
  return (
    <Page
      title={title ?? say(page.title)}
      help={{ for: t("help.for"), do: t("help.do") }}
      actions={
        <>
          {actions}
          {atList ? null : (
            <Link className="button" to="/profiles">
              {t("all")}
            </Link>
          )}
        </>
      }
    >
      {children}
    </Page>
  );
}
