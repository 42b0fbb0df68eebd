import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { type Column, EmptyYet, Rows, StateTag, When } from "../../parts";
import type { Tone } from "../../parts/StateTag";
import type { Integration } from "./asking";
import { Keys } from "./Keys";
import { Receivers } from "./Receivers";
import { Setting } from "./Setting";

const TONE: Record<Integration["status"], Tone> = { ok: "good", degraded: "wait", failing: "bad", off: "off" };

/** Each way in or out of this box: where it leads, what for, how it fares. */
export function Integrations({ integrations }: { integrations: readonly Integration[] }) {
  const { t } = useTranslation("setup");
  const me = useMe();
  const own = (each: Integration) => each.name.split(" ").slice(1).join(" ");
  const columns: [Column<Integration>, ...Column<Integration>[]] = [
    {
      key: "what",
      title: t("way"),
      value: (each) => `${t(`kind.${each.kind}`)} ${own(each)}`,
      cell: (each) => (
        <>
          {t(`kind.${each.kind}`)} <span lang="und">{own(each)}</span>
        </>
      ),
    },
    { key: "status", title: t("way.status"), value: (each) => t(`status.${each.status}`), cell: (each) => <StateTag tone={TONE[each.status]}>{t(`status.${each.status}`)}</StateTag> },
    { key: "where", title: t("way.where"), value: (each) => each.where, cell: (each) => (each.where ? <span className="setup-path" lang="und">{each.where}</span> : "–") },
    { key: "purpose", title: t("way.purpose"), value: (each) => each.purpose, cell: (each) => (each.purpose ? <span lang="und">{each.purpose}</span> : "–") },
    { key: "trouble", title: t("way.trouble"), value: (each) => (each.trouble ? say(each.trouble) : null) },
    { key: "last", title: t("way.last"), value: (each) => each.last_success, cell: (each) => (each.last_success ? <When at={each.last_success} age /> : "–") },
    {
      key: "setting",
      title: t("setting"),
      value: (each) => each.setting,
      cell: (each) => (
        <>
          <Setting name={each.setting} />
          <span className="second kept-by setup-path" lang="und">
            docs/{each.guide}
          </span>
        </>
      ),
    },
  ];
  const ways = integrations.filter((each) => each.kind !== "webhook_out" && each.kind !== "cap_out"); // these have a table of their own
  return (
    <>
      <Receivers />
      {me.permissions.includes("tokens.own") ? <Keys /> : null}
      <section className="setup-part">
        <h2>{t("ways")}</h2>
        <p className="second">{t("way.text")}</p>
        <Rows caption={t("ways")} rows={ways} columns={columns} id={(each) => each.name} empty={<EmptyYet icon="plug" title={t("ways")} />} />
        <p className="row-of setup-after no-print">
          {me.permissions.includes("channels.read") ? (
            <Link className="button" to="/channels">
              {t("way.channels")}
            </Link>
          ) : null}
        </p>
      </section>
    </>
  );
}
