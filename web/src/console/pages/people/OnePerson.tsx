import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { together } from "../../../look/format";
import { useMe } from "../../../parts/session";
import { currentLanguage } from "../../../text/start";
import { Asked, StateTag, When } from "../../parts";
import { person as askPerson, type Person } from "./asking";
import { AccountActions } from "./AccountActions";
import { Contacts } from "./Contacts";
import { Frame } from "./Frame";
import { standingOf, TONES } from "./standing";
import { useGridNames } from "./useGridNames";

/** One person: facts, contacts, and what the administrator can do about the account. */
export function OnePerson({ id }: { id: string }) {
  const { t } = useTranslation("people");
  const me = useMe();
  const found = useQuery(askPerson(id));
  const queries = useQueryClient();
  const again = () => {
    void queries.invalidateQueries({ queryKey: ["people"] });
    void queries.invalidateQueries({ queryKey: ["roster"] }); // names, roles, who can be planned
  };
  return (
    <Frame title={found.data?.name ?? id} actions={found.data && me.permissions.includes("people.edit") ? <AccountActions person={found.data} again={again} /> : null}>
      <Asked query={found} lines={6}>
        {(person) => (
          <>
            <section>
              <h2>{t("account")}</h2>
              <Facts person={person} />
            </section>
            <section>
              <h2>{t("contacts")}</h2>
              <Contacts person={person} again={again} />
            </section>
          </>
        )}
      </Asked>
    </Frame>
  );
}

function Facts({ person }: { person: Person }) {
  const { t } = useTranslation(["people", "console"]);
  const gridNames = useGridNames();
  const join = (names: string[]) => together(names, currentLanguage());
  const standing = standingOf(person);
  return (
    <dl className="card facts">
      <div>
        <dt>{t("state")}</dt>
        <dd>
          <StateTag tone={TONES[standing]}>{t(`state.${standing}`)}</StateTag>
        </dd>
      </div>
      <div>
        <dt>{t("login")}</dt>
        <dd>{person.id}</dd>
      </div>
      <div>
        <dt>{t("roles")}</dt>
        <dd>{join(person.roles.map((role) => t(`console:role.${role}`)))}</dd>
      </div>
      <div>
        <dt>{t("grids")}</dt>
        <dd>{person.grids.length > 0 ? join(person.grids.map(gridNames)) : t("grids.all")}</dd>
      </div>
      <div>
        <dt>{t("second")}</dt>
        <dd>{t(person.second_factor ? "second.on" : "second.off")}</dd>
      </div>
      <div>
        <dt>{t("seen")}</dt>
        <dd>{person.seen_at ? <When at={person.seen_at} age /> : t("seen.never")}</dd>
      </div>
    </dl>
  );
}
