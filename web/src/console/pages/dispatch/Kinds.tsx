import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { together } from "../../../look/format";
import { currentLanguage, say } from "../../../text/start";
import { Asked, type Column, EmptyYet, Filters, LevelChip, Rows, Search } from "../../parts";
import { categories, type Category } from "./asking";
import { Frame } from "./Frame";
import { useRole } from "./useRole";

/** Who gets which kind of case: who goes first, and where it should end. The kind's own page changes it. */
export function Kinds() {
  const { t } = useTranslation(["dispatch", "common"]);
  const role = useRole();
  const found = useQuery(categories);
  const first = (each: Category) => together(((each.entry["responders"] as string[] | undefined) ?? ["guard"]).map(role), currentLanguage());
  const ends = (each: Category) => {
    const place = String(each.entry["ends_at"] ?? "grid");
    return place === "community" || place === "street" ? t(`ends.${place}`) : t("ends.grid");
  };
  const columns: [Column<Category>, ...Column<Category>[]] = [
    { key: "name", title: t("kind"), value: (each) => say(each.name) },
    { key: "level", title: t("level"), value: (each) => each.level, word: (each) => t(`common:level.${each.level}`), cell: (each) => <LevelChip level={each.level} /> },
    { key: "first", title: t("kinds.first"), value: first },
    { key: "ends", title: t("kinds.ends"), value: ends },
    { key: "try", title: t("kinds.try"), value: () => null, cell: (each) => <Link className="button" to={`/dispatch?kind=${each.code}`} aria-label={t("kinds.try.of", { kind: say(each.name) })}>{t("kinds.try.go")}</Link> },
  ];
  return (
    <Frame>
      <Filters>
        <Search />
      </Filters>
      <Asked query={found} lines={8}>
        {({ items }) => (
          <Rows
            caption={t("tab.kinds")}
            rows={items.filter((each) => !each.retired)}
            columns={columns}
            id={(each) => each.code}
            link={(each) => `/categories/${each.code}`}
            empty={<EmptyYet title={t("tab.kinds")} />}
          />
        )}
      </Asked>
    </Frame>
  );
}
