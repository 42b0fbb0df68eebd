import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Asked, Choice, type Column, EmptyYet, Filters, LevelChip, Page, Rows, Search, StateTag, useUrl } from "../../parts";
import { categories, type Category } from "./asking";
import { page } from "./page";

const LEVELS = ["L1", "L2", "L3", "L4"] as const;

/** Every kind of case: how grave, when it is opened, when it may be closed. */
export function AllKinds() {
  const { t } = useTranslation(["categories", "common"]);
  const found = useQuery(categories);
  const [level] = useUrl("level");
  const columns: [Column<Category>, ...Column<Category>[]] = [
    { key: "name", title: t("name"), value: (each) => say(each.name) },
    { key: "level", title: t("level"), value: (each) => each.level, word: (each) => t(`common:level.${each.level}`), cell: (each) => <LevelChip level={each.level} /> },
    { key: "filing", title: t("filing"), value: (each) => say(each.filing) || "–" },
    { key: "code", title: t("code"), value: (each) => each.code },
    {
      key: "state",
      title: t("state"),
      value: (each) => t(each.retired ? "state.retired" : `origin.${each.origin}`),
      cell: (each) => (each.retired ? <StateTag tone="off">{t("state.retired")}</StateTag> : t(`origin.${each.origin}`)),
    },
  ];
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }}>
      <Filters>
        <Search />
        <Choice name="level" label={t("level")} options={LEVELS.map((each) => ({ value: each, label: t(`common:level.${each}`) }))} />
      </Filters>
      <Asked query={found} lines={8}>
        {({ items }) => (
          <Rows
            caption={say(page.title)}
            rows={items.filter((each) => !level || each.level === level)}
            all={items.length}
            columns={columns}
            id={(each) => each.code}
            link={(each) => `/categories/${each.code}`}
            filters={["level"]}
            empty={<EmptyYet icon="list" title={t("none")} />}
          />
        )}
      </Asked>
    </Page>
  );
}
