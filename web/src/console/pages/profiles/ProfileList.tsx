import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, Choice, type Column, EmptyYet, Filters, Rows, Search, useUrl } from "../../parts";
import { profiles, type Row } from "./asking";
import { Frame } from "./Frame";

const ORIGINS = ["built_in", "folder", "saved"] as const;

/** Every device model in force, where it is from and how many devices speak it. */
export function ProfileList() {
  const { t } = useTranslation("profiles");
  const me = useMe();
  const found = useQuery(profiles);
  const [origin] = useUrl("origin");
  const columns: [Column<Row>, ...Column<Row>[]] = [
    { key: "name", title: t("name"), value: (each) => say(each.name) },
    { key: "id", title: t("id"), value: (each) => each.id },
    { key: "origin", title: t("origin"), value: (each) => t(`origin.${each.origin}`) },
    { key: "devices", title: t("devices"), value: (each) => each.devices, numeric: true },
    {
      key: "listens",
      title: t("listens"),
      value: (each) => each.listens.join(" "),
      cell: (each) => (
        <span className="code profiles-topics" lang="en">
          {each.listens.slice(0, 2).join("  ")}
          {each.listens.length > 2 ? ` +${each.listens.length - 2}` : ""}
        </span>
      ),
    },
  ];
  const add = me.permissions.includes("profiles.draft") ? (
    <Link className="button main" to="/profiles/new">
      {t("new")}
    </Link>
  ) : null;
  return (
    <Frame actions={add}>
      <Filters>
        <Search />
        <Choice name="origin" label={t("origin")} options={ORIGINS.map((each) => ({ value: each, label: t(`origin.${each}`) }))} />
      </Filters>
      <Asked query={found} lines={8}>
        {({ items }) => (
          <Rows
            caption={t("table")}
            rows={items.filter((each) => !origin || each.origin === origin)}
            all={items.length}
            columns={columns}
            id={(each) => each.id}
            link={(each) => `/profiles/${encodeURIComponent(each.id)}`}
            filters={["origin"]}
            empty={<EmptyYet icon="plan" title={t("none")}>{add}</EmptyYet>}
          />
        )}
      </Asked>
    </Frame>
  );
}
