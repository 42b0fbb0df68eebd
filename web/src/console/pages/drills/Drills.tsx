import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Page } from "../../parts";
import { modes, places } from "./asking";
import { page } from "./page";
import { zonesOf } from "./rows";
import { Stories } from "./Stories";
import { Switches } from "./Switches";

/** Drill, maintenance and armed for the site and its zones, and exercises through the real pipeline. */
export default function Drills() {
  const { t } = useTranslation("drills");
  const flags = useQuery(modes);
  const known = useQuery(places);
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} lead={t("lead")}>
      <Switches flags={flags} zones={zonesOf(known.data?.tree ?? []).map((zone) => ({ id: zone.id, name: say(zone.name) }))} />
      <Stories />
    </Page>
  );
}
