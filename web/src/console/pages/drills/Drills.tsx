import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Page } from "../../parts";
import { modes, places } from "./asking";
import { page } from "./page";
import { zonesOf } from "./rows";
import { Switches } from "./Switches";

/** Drill, maintenance and armed for the site and its zones, and exercises through the real pipeline. */
export default function Drills() {
  const { t } = useTranslation("drills");
  const me = useMe();
  const flags = useQuery(modes);
  const known = useQuery(places);
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} lead={t("lead")}>
      <Switches flags={flags} zones={zonesOf(known.data?.tree ?? []).map((zone) => ({ id: zone.id, name: say(zone.name) }))} />
      {me.permissions.includes("trials.read") ? (
        <section>
          <h2>{t("exercise")}</h2>
          <p>{t("exercise.text")}</p>
          <p>
            <Link className="button" to="/channels/trials">
              {t("exercise.go")}
            </Link>
          </p>
        </section>
      ) : null}
    </Page>
  );
}
