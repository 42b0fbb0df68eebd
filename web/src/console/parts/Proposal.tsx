import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { components } from "../../api/schema";
import { useMe } from "../../parts/session";
import { say } from "../../text/start";
import { wayOf } from "./remedy";

type Remedy = components["schemas"]["RemedyView"];

/** What to try and why; the button leads to where it is tried first. */
export function Proposal({ remedy }: { remedy: Remedy }) {
  const { t } = useTranslation("console");
  const me = useMe();
  const way = wayOf(remedy);
  const may = me.permissions.includes(remedy.kind === "edit" ? "rules.draft" : remedy.kind === "device" ? "devices.read" : "rules.read");
  return (
    <div className="proposal">
      <span>
        {say(remedy.text)}
        <span className="second"> · {say(remedy.why)}</span>
      </span>
      {way && may ? (
        <Link className="button no-print" to={way}>
          {t(`proposal.${remedy.kind}`)}
        </Link>
      ) : null}
    </div>
  );
}
