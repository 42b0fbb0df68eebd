import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { command } from "../../../api/gateway";
import { freshKey } from "../../../api/idempotency";
import type { CommandOffer } from "../../../api/views";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Confirm, StateTag, When } from "../../parts";
import { commands } from "./asking";

/** What may be asked of the device, each after a second question, and what became of what was asked. */
export function Commands({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation("devices");
  const me = useMe();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const found = useQuery(commands(id));
  const [asked, setAsked] = useState<{ offer: CommandOffer; key: string } | null>(null);
  const { offers = [], items = [] } = found.data ?? {};
  const may = me.permissions.includes("devices.command");
  if (items.length === 0 && (offers.length === 0 || !may)) return null;
  return (
    <section>
      <h2>{t("commands")}</h2>
      {may ? (
        <div className="row-of no-print">
          {offers.map((offer) => (
            <button key={offer.name} type="button" className="button" disabled={offer.ready === false} aria-haspopup="dialog" onClick={() => setAsked({ offer, key: freshKey() })}>
              {say(offer.label)}
            </button>
          ))}
        </div>
      ) : null}
      {items.length > 0 ? (
        <ol className="card devices-lines">
          {items.slice(0, 10).map((each) => (
            <li key={each.id}>
              <When at={each.at} />
              <b>{say(each.label)}</b>
              <StateTag tone={each.state === "done" ? "good" : each.over ? "bad" : "wait"}>{say(each.said)}</StateTag>
              <span className="second">
                {each.by.name} · {each.reason}
              </span>
            </li>
          ))}
        </ol>
      ) : null}
      {asked ? (
        <Confirm
          title={`${say(asked.offer.label)} · ${name}`}
          text={t("commands.text", { name })}
          act={say(asked.offer.label)}
          reason="needed"
          send={(reason) => command(id, { name: asked.offer.name as "open", reason, confirmed: true }, asked.key)}
          onDone={() => {
            tell(() => i18next.t("devices:commands.sent", { name }));
            void queries.invalidateQueries({ queryKey: ["devices", id] });
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}
