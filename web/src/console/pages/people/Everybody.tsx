import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { together } from "../../../look/format";
import { useMe } from "../../../parts/session";
import { currentLanguage } from "../../../text/start";
import { Asked, Choice, type Column, EmptyYet, Filters, Rows, Search, StateTag, useUrl, When } from "../../parts";
import { people, type Person } from "./asking";
import { Frame } from "./Frame";
import { STANDINGS, standingOf, TONES } from "./standing";
import { useGridNames } from "./useGridNames";

const ROLES = ["guard", "worker", "leader", "maintenance", "manager", "checker", "administrator", "auditor", "resident"] as const;

/** Everybody with their roles, grids and how their accounts stand. */
export function Everybody() {
  const { t } = useTranslation(["people", "console"]);
  const me = useMe();
  const found = useQuery(people);
  const gridNames = useGridNames();
  const [role] = useUrl("role");
  const [state] = useUrl("state");
  const join = (names: string[]) => together(names, currentLanguage());
  const standing = (person: Person) => t(`state.${standingOf(person)}`);
  const gridsOf = (person: Person) => (person.grids.length > 0 ? join(person.grids.map(gridNames)) : t("grids.all"));
  const columns: [Column<Person>, ...Column<Person>[]] = [
    { key: "name", title: t("name"), value: (person) => person.name },
    { key: "login", title: t("login"), value: (person) => person.id },
    { key: "roles", title: t("roles"), value: (person) => join(person.roles.map((each) => t(`console:role.${each}`))) },
    { key: "grids", title: t("grids"), value: gridsOf },
    { key: "state", title: t("state"), value: standing, cell: (person) => <StateTag tone={TONES[standingOf(person)]}>{standing(person)}</StateTag> },
    { key: "seen", title: t("seen"), value: (person) => person.seen_at, cell: (person) => (person.seen_at ? <When at={person.seen_at} age /> : "–") },
  ];
  const invite = me.permissions.includes("people.edit") ? (
    <Link className="button main" to="/people/new">
      {t("invite")}
    </Link>
  ) : null;
  return (
    <Frame actions={invite}>
      <Filters>
        <Search />
        <Choice name="role" label={t("roles")} options={ROLES.map((each) => ({ value: each, label: t(`console:role.${each}`) }))} />
        <Choice name="state" label={t("state")} options={STANDINGS.map((each) => ({ value: each, label: t(`state.${each}`) }))} />
      </Filters>
      <Asked query={found} lines={8}>
        {({ items }) => (
          <Rows
            caption={t("table")}
            rows={items.filter((person) => (!role || person.roles.some((each) => each === role)) && (!state || standingOf(person) === state))}
            all={items.length}
            columns={columns}
            id={(person) => person.id}
            link={(person) => `/people/${encodeURIComponent(person.id)}`}
            filters={["role", "state"]}
            empty={<EmptyYet title={t("table")}>{invite}</EmptyYet>}
          />
        )}
      </Asked>
    </Frame>
  );
}
