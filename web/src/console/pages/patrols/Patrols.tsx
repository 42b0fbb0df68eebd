import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useMatch, useParams } from "react-router";

import { Icon } from "../../../parts/Icon";
import { together } from "../../../look/format";
import { useMe } from "../../../parts/session";
import { currentLanguage, say } from "../../../text/start";
import { Asked, type Column, EmptyYet, KeepTyped, Page, Rows } from "../../parts";
import { type Round, rounds } from "./asking";
import { EditRound } from "./EditRound";
import { page } from "./page";
import { Walks } from "./Walks";

/** Planned rounds: all of them, one, a new one; and the codes to print. */
export default function Patrols() {
  const { t } = useTranslation("patrols");
  const me = useMe();
  const { id } = useParams();
  const fresh = useMatch("/patrols/new") !== null;
  const found = useQuery(rounds);
  const may = me.permissions.includes("shifts.edit");
  const one = found.data?.items.find((each) => each.id === id);
  const columns: [Column<Round>, ...Column<Round>[]] = [
    { key: "name", title: t("name"), value: (each) => say(each.name) },
    { key: "starts", title: t("starts"), value: (each) => together(each.starts, currentLanguage()) },
    { key: "minutes", title: t("minutes"), value: (each) => each.minutes, numeric: true },
    { key: "points", title: t("points"), value: (each) => each.points.length, numeric: true },
  ];
  const actions = (
    <>
      {id || fresh ? (
        <Link className="button" to="/patrols">
          {t("all")}
        </Link>
      ) : null}
      {me.permissions.includes("places.codes") ? (
        <a className="button" href="/api/places/codes/sheets" target="_blank" rel="noreferrer">
          <Icon name="print" />
          {t("codes")}
        </a>
      ) : null}
      {may && !id && !fresh ? (
        <Link className="button main" to="/patrols/new">
          {t("new")}
        </Link>
      ) : null}
    </>
  );
  return (
    <Page title={fresh ? t("new") : one ? say(one.name) : say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} actions={actions}>
      <Asked query={found} lines={6}>
        {({ items, points }) => {
          if (fresh) return <EditRound round={null} taken={items.map((each) => each.id)} points={points} />;
          if (id && one)
            return (
              <KeepTyped newest={one} version={one.version}>
                {(began, version) => <EditRound round={began} version={version} taken={[]} points={points} readOnly={!may} />}
              </KeepTyped>
            );
          if (id) return <EmptyYet icon="place" title={t("gone")} />;
          const list = <Rows caption={say(page.title)} rows={items} columns={columns} id={(each) => each.id} link={(each) => `/patrols/${encodeURIComponent(each.id)}`} empty={<EmptyYet icon="place" title={t("none")}>{t("none.text")}</EmptyYet>} />;
          return (
            <>
              {items.length > 0 ? <Walks /> : null}
              {list}
            </>
          );
        }}
      </Asked>
    </Page>
  );
}
