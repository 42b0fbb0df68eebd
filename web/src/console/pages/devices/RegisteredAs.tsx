import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { Asked, Versions } from "../../parts";
import { type Registered, save, versions } from "./asking";

/** The label of the device, and who made what of its registration. */
export function RegisteredAs({ registered, again }: { registered: Registered; again: () => void }) {
  const { t } = useTranslation("devices");
  const me = useMe();
  const found = useQuery({ ...versions(registered.id), enabled: registered.version > 0 });
  const mayEdit = me.permissions.includes("devices.edit");
  return (
    <>
      <section>
        <h2>{t("label")}</h2>
        <p className="card devices-own-label">
          <span className="second">{t("label.code")}</span> <b className="code devices-code">{registered.code}</b>
          {mayEdit ? (
            <a className="button no-print" href={`/api/estate/labels?device=${encodeURIComponent(registered.id)}`} target="_blank" rel="noreferrer">
              {t("label.print")}
            </a>
          ) : null}
        </p>
      </section>
      {registered.version > 0 ? (
        <section>
          <h2>{t("versions")}</h2>
          <Asked query={found} lines={2}>
            {({ items }) => <Versions versions={items} {...(mayEdit ? { back: (version, reason) => save(registered.id, withoutState(version.entry ?? {}), registered.version, reason), onBack: again } : {})} />}
          </Asked>
        </section>
      ) : null}
    </>
  );
}

/** A device's state changes by steps; going back to older content does not change it. */
function withoutState(entry: Record<string, unknown>): Record<string, unknown> {
  const { state: _, ...rest } = entry;
  return rest;
}
