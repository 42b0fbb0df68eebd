import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useMatch } from "react-router";

import { say } from "../../../text/start";
import { Page } from "../../parts";
import { page } from "./page";

/** The page's frame with its help and the way back to the list. */
export function Frame({ title, children, actions }: { title?: string; children: ReactNode; actions?: ReactNode }) {
  const { t } = useTranslation("devices");
  const atList = useMatch("/devices");
  return (
    <Page
      title={title ?? say(page.title)}
      help={{ for: t("help.for"), do: t("help.do") }}
      actions={
        <>
          {atList && !title ? null : (
            <Link className="button" to="/devices">
              {t("all")}
            </Link>
          )}
          {actions}
        </>
      }
    >
      {children}
    </Page>
  );
}
