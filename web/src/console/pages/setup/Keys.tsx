import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

import { fetchTexts } from "../../../text/start";
import { Loading } from "../../parts";

/** The table of the page of people, with that page's words. */
const TokenTable = lazy(async () => {
  const [{ TokenTable: found }] = await Promise.all([
    import("../people/TokenTable"),
    fetchTexts("people", { zh: () => import("../people/text.zh").then((each) => each.text), en: () => import("../people/text.en").then((each) => each.text) }),
  ]);
  return { default: found };
});

/** The keys by which programs come in: made, shown once, revoked here. */
export function Keys() {
  const { t } = useTranslation("setup");
  return (
    <section className="setup-part">
      <h2>{t("keys")}</h2>
      <p className="page-lead second">{t("keys.text")}</p>
      <Suspense fallback={<Loading />}>
        <TokenTable />
      </Suspense>
    </section>
  );
}
