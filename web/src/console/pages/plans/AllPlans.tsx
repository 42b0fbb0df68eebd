import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { together } from "../../../look/format";
import { useMe } from "../../../parts/session";
import { currentLanguage, say } from "../../../text/start";
import { Asked, type Column, EmptyYet, Filters, Page, Rows, Search, StateTag } from "../../parts";
import { categories, type Plan, plans } from "./asking";
import { page } from "./page";

/** Every plan: how many steps, which kinds of case get it, where it comes from, what is weak about it. */
export function AllPlans() {
  const { t } = useTranslation("plans");
  const me = useMe();
  const found = useQuery(plans);
  const kinds = useQuery(categories);
  const kind = (code: string) => say(kinds.data?.items.find((each) => each.code === code)?.name) || code;
  const columns: [Column<Plan>, ...Column<Plan>[]] = [
    { key: "name", title: t("name"), value: (each) => say(each.name) || each.id },
    { key: "kinds", title: t("kinds"), value: (each) => together(each.categories.slice(0, 4).map(kind), currentLanguage()) + (each.categories.length > 4 ? ` ${t("kinds.more", { n: each.categories.length - 4 })}` : "") || t("kinds.level") },
    { key: "steps", title: t("checks"), value: (each) => (each.entry["checklist"] as unknown[] | undefined)?.length ?? 0, numeric: true },
    { key: "rungs", title: t("rungs"), value: (each) => each.steps, numeric: true },
    { key: "origin", title: t("origin"), value: (each) => t(`origin.${each.origin}`) },
    { key: "weak", title: t("weak"), value: (each) => each.warnings.length, cell: (each) => (each.warnings.length > 0 ? <StateTag tone="wait">{t("weak.n", { n: each.warnings.length })}</StateTag> : "–") },
  ];
  const add = me.permissions.includes("plans.edit") ? (
    <Link className="button main" to="/plans/new">
      {t("new")}
    </Link>
  ) : null;
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} actions={add}>
      <Filters>
        <Search />
      </Filters>
      <Asked query={found} lines={8}>
        {({ items }) => <Rows caption={say(page.title)} rows={items} columns={columns} id={(each) => each.id} link={(each) => `/plans/${encodeURIComponent(each.id)}`} empty={<EmptyYet icon="plan" title={t("none")} />} />}
      </Asked>
    </Page>
  );
}
