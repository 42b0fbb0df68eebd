import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { say } from "../../../text/start";
import { Page } from "../../parts";
import { page } from "./page";

/** The page's frame: its help, and the way back to where one came from. */
export function Frame({ title, back, backTo = "/rules", actions, children }: { title?: string; back?: string; backTo?: string; actions?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation("rules");
  return (
    <Page
      title={title ?? say(page.title)}
      help={{ for: t("help.for"), do: t("help.do") }}
      actions={
        <>
          {title ? (
            <Link className="button" to={backTo}>
              {back ?? t("all")}
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
