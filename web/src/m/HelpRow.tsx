import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Incident } from "../api/views";
import { Icon } from "../parts/Icon";
import { useMe } from "../parts/session";
import { useStream } from "../stream/store";

/** Who could take it over: everybody on duty but those who have it. */
function useOthers(incident: Incident): { id: string; name: string }[] {
  const me = useMe();
  const duty = useStream((stream) => stream.live.duty);
  const has = new Set([me.id, incident.owner, ...incident.assignees.map((person) => person.id)]);
  const people = new Map((duty?.grids ?? []).flatMap((grid) => grid.people).map((person) => [person.id, person]));
  return [...people.values()].filter((person) => !has.has(person.id));
}

type Act = (action: "support" | "reassign", fields?: Record<string, unknown>) => void;

/** 转给别人, 叫支援, 打给值班室: always there; what cannot be done now says why. */
export function HelpRow({ incident, busy, act }: { incident: Incident; busy: boolean; act: Act }) {
  const { t } = useTranslation("m");
  const me = useMe();
  const others = useOthers(incident);
  const [handing, setHanding] = useState(false);
  const may = (action: string) => incident.allowed.includes(action);
  const why = !may("reassign") ? t("help.not_yours") : others.length === 0 ? t("help.nobody") : !may("support") ? t("help.take_first") : null;
  return (
    <section className="part" aria-label={t("help.title")}>
      <div className="others">
        <button type="button" className="button" disabled={busy || !may("reassign") || others.length === 0} aria-expanded={handing} onClick={() => setHanding(!handing)}>
          <Icon name="send" />
          {t("help.hand")}
        </button>
        <button type="button" className="button" disabled={busy || !may("support")} onClick={() => act("support")}>
          <Icon name="person" />
          {t("support")}
        </button>
        {me.site.phone ? (
          <a className="button" href={`tel:${me.site.phone.replace(/[^\d+]/g, "")}`}>
            <Icon name="phone" />
            {t("help.call")}
          </a>
        ) : (
          <button type="button" className="button" disabled>
            <Icon name="phone" />
            {t("help.call")}
          </button>
        )}
      </div>
      {why ? <p className="second help-why">{why}</p> : null}
      {me.site.phone ? null : <p className="second help-why">{t("help.no_phone")}</p>}
      {handing ? (
        <div className="refuse" role="group" aria-label={t("help.hand.to")}>
          <h2>{t("help.hand.to")}</h2>
          {others.map((person) => (
            <button
              key={person.id}
              type="button"
              className="button"
              disabled={busy}
              onClick={() => {
                setHanding(false);
                act("reassign", { assignee: person.id, reason: t("help.hand.reason") });
              }}
            >
              {person.name}
            </button>
          ))}
        </div>
      ) : null}
    </section>
  );
}
