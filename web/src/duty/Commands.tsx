import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { command as sendCommand, commandsOfCase, commandsOfDevice } from "../api/gateway";
import { underOneKey } from "../api/idempotency";
import type { Command, CommandOffer, CommandRequest } from "../api/views";
import { clock } from "../look/format";
import { Icon } from "../parts/Icon";
import { queries, useMe } from "../parts/session";
import { useNotices } from "../parts/undo";
import { useStream } from "../stream/store";
import { say } from "../text/start";
import { lookAgainMs, offersOf, toneOf } from "./commands";

type Place = { number: string | null; device: string | null; open: boolean; zone: string };

/** What devices may be asked for this case, by its plan and at its own device, and what came of what was asked. */
export function Commands({ number, device, open, zone }: Place) {
  const { t } = useTranslation("duty");
  const me = useMe();
  const cut = useStream((stream) => stream.link === "cut");
  const may = me.permissions.includes("devices.command") && open && !cut;
  const reads = me.permissions.includes("commands.read");
  const ofCase = useQuery({
    queryKey: ["commands", "case", number],
    queryFn: () => commandsOfCase(number ?? ""),
    enabled: reads && number !== null,
    refetchInterval: (query) => lookAgainMs(query.state.data?.items ?? [], open),
  });
  const ofDevice = useQuery({
    queryKey: ["commands", "device", device],
    queryFn: () => commandsOfDevice(device ?? ""),
    enabled: reads && device !== null,
    refetchInterval: (query) => lookAgainMs(query.state.data?.items ?? [], open && number === null),
  });
  const [chosen, choose] = useState<CommandOffer | null>(null);
  const offers = offersOf(ofCase.data?.offers ?? [], open ? (ofDevice.data?.offers ?? []) : []);
  const items = number === null ? (ofDevice.data?.items ?? []).slice(0, 3) : (ofCase.data?.items ?? []);
  if (offers.length === 0 && items.length === 0) return null;
  return (
    <section className="case-part">
      <h3>{t("command.title")}</h3>
      {may ? (
        <div className="commands">
          {offers.map((offer) => (
            <button
              key={`${offer.device} ${offer.name} ${String(offer.line)}`}
              type="button"
              className="button"
              disabled={!offer.ready}
              title={offer.ready ? undefined : t("command.not_ready")}
              onClick={() => choose(offer)}
            >
              {say(offer.label)} · {say(offer.device_name)}
            </button>
          ))}
        </div>
      ) : null}
      {chosen && may ? <Ask key={`${chosen.device} ${chosen.name}`} offer={chosen} number={number} done={() => choose(null)} /> : null}
      <ul className="commands-asked" aria-live="polite">
        {items.map((each) => (
          <Asked key={each.id} command={each} zone={zone} />
        ))}
      </ul>
    </section>
  );
}

/** Why, and for a door a second time: whoever opens says so twice. */
function Ask({ offer, number, done }: { offer: CommandOffer; number: string | null; done: () => void }) {
  const { t } = useTranslation(["duty", "common"]);
  const { warn } = useNotices();
  const [reason, setReason] = useState((offer.line ?? null) === null ? "" : say(offer.label));
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    const order: CommandRequest = {
      name: offer.name as CommandRequest["name"],
      reason: reason.trim(),
      incident: number,
      line: number === null ? null : (offer.line ?? null),
      confirmed: offer.confirm,
    };
    try {
      // pressed again because nothing came back, it is the same order: a door does not open twice
      await underOneKey(JSON.stringify([offer.device, order]), (key) => sendCommand(offer.device, order, key));
      done();
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : String(error)));
      setBusy(false);
    }
    void queries.invalidateQueries({ queryKey: ["commands"] });
  };
  const what = `${say(offer.label)} · ${say(offer.device_name)}`;
  return (
    <form
      className="panel command-ask"
      aria-label={what}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() && !busy) void send();
      }}
    >
      <p className={offer.confirm ? "prompt" : ""}>{offer.confirm ? t("command.door", { what }) : what}</p>
      <label className="field">
        <span>{t("command.reason")}</span>
        <input className="input" autoFocus value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} />
      </label>
      <div className="panel-buttons">
        <button type="submit" className="button main" disabled={!reason.trim() || busy}>
          {offer.confirm ? t("command.confirm") : t("common:send")}
        </button>
        <button type="button" className="button" onClick={done}>
          {t("common:cancel")}
        </button>
      </div>
    </form>
  );
}

/** One order as it stands. Sent and not confirmed is never drawn as done. */
function Asked({ command, zone }: { command: Command; zone: string }) {
  const tone = toneOf(command.state);
  return (
    <li className={`command-${tone}`}>
      <time className="second numbers">{clock(command.at, zone, true)}</time>
      <p>
        {tone === "done" ? <Icon name="check" /> : tone === "doubt" ? <Icon name="wrong" /> : null}
        {say(command.label)} · {say(command.device_name)}: <b>{say(command.said)}</b>
        <span className="second"> {command.by.name}{(command.line ?? null) === null && command.reason ? ` · ${command.reason}` : ""}</span>
      </p>
    </li>
  );
}
