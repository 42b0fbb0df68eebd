import "./transfer.css";

import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import { say } from "../../../text/start";
import { Page } from "../../parts";
import { exported, type Looked } from "./asking";
import { LatelySaved } from "./LatelySaved";
import { LookedAt } from "./LookedAt";
import { page } from "./page";
import { PickFile } from "./PickFile";

/** The whole estate out as a table and in again: looked at first, every mistake at its cell, then saved as one step. */
export default function Transfer() {
  const { t } = useTranslation("transfer");
  const [looked, setLooked] = useState<Looked | null>(null);
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }}>
      {looked ? (
        <LookedAt looked={looked} onAway={() => setLooked(null)} onLooked={setLooked} />
      ) : (
        <>
          <section>
            <h2>{t("out")}</h2>
            <p className="second">{t("out.text")}</p>
            <div className="row-of">
              <Out href={exported("xlsx")} words={t("out.all")} main />
              <Out href={exported("csv", "device")} words={t("out.device")} />
              <Out href={exported("csv", "place")} words={t("out.place")} />
              <Out href={exported("csv", "household")} words={t("out.household")} />
            </div>
          </section>
          <section>
            <h2>{t("in")}</h2>
            <p className="second">{t("in.text")}</p>
            <PickFile onLooked={setLooked} />
          </section>
          <LatelySaved />
        </>
      )}
    </Page>
  );
}

function Out({ href, words, main = false }: { href: string; words: string; main?: boolean }) {
  return (
    <a className={main ? "button main" : "button"} href={href} download>
      <Icon name="down" />
      {words}
    </a>
  );
}
