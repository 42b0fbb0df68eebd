import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { type Column, EmptyYet, Rows } from "../../parts";
import type { Retention as Kept } from "./asking";

/** What is kept how long, what happens then, and what people may ask for about themselves. */
export function Retention({ retention }: { retention: readonly Kept[] }) {
  const { t } = useTranslation("setup");
  const columns: [Column<Kept>, ...Column<Kept>[]] = [
    { key: "what", title: t("kept.what"), value: (each) => say(each.name) },
    { key: "days", title: t("kept.long"), value: (each) => each.days, cell: (each) => (each.days === null ? t("kept.good") : t("kept.days", { n: each.days })), numeric: true },
    { key: "then", title: t("kept.then"), value: (each) => say(each.then) },
    { key: "setting", title: t("setting"), value: (each) => each.setting, cell: (each) => (each.setting ? <code>{each.setting}</code> : t("kept.fixed")) },
  ];
  return (
    <>
      <section>
        <h2>{t("nav.retention")}</h2>
        <p className="second">{t("kept.text")}</p>
        <Rows caption={t("nav.retention")} rows={retention} columns={columns} id={(each) => each.what} empty={<EmptyYet icon="clock_turn" title={t("nav.retention")} />} />
      </section>
      <section>
        <h2>{t("privacy")}</h2>
        <ul className="setup-list">
          {t("privacy.text")
            .split("\n")
            .map((line) => (
              <li key={line}>{line}</li>
            ))}
        </ul>
      </section>
    </>
  );
}
