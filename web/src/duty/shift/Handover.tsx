import "./shift.css";

import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { moment } from "../../look/format";
import { useMe } from "../../parts/session";
import { leave } from "../leave";
import { useNow } from "../../parts/useNow";
import { currentLanguage } from "../../text/start";
import { Asked } from "../SeatFrame";
import { accept, confirm, type Handover as View, handovers, offer, present, withdraw } from "./asking";
import { Before } from "./Before";
import { Frame } from "./Frame";
import { Cases, Left } from "./Left";
import { partOf, seen } from "./standing";
import { useAct } from "./useAct";

/** One shift gives way to the next: what is left over, written by the gateway; both sign with their own login. */
export default function Handover() {
  const { t } = useTranslation("shift");
  const me = useMe();
  const found = useQuery(handovers);
  return (
    <Frame title={t("handover")} help={t("handover.help")}>
      <Asked query={found}>
        {({ items }) => {
          const waiting = items.find((each) => each.state === "offered") ?? null;
          const part = partOf(waiting, me.id, me.permissions.includes("shifts.hand"));
          return (
            <>
              {waiting === null ? <Offer may={part === "offer"} /> : part === "take" ? <Take handover={waiting} /> : <Waiting handover={waiting} mine={part === "wait"} />}
              <Before handovers={items.filter((each) => each !== waiting)} />
            </>
          );
        }}
      </Asked>
    </Frame>
  );
}

/** The present, as it would be handed over, with a note of one's own and the signature. */
function Offer({ may }: { may: boolean }) {
  const { t } = useTranslation("shift");
  const me = useMe();
  const found = useQuery(present);
  const { act, busy } = useAct();
  const [notes, setNotes] = useState("");
  return (
    <>
      <Asked query={found}>{(snapshot) => <Left snapshot={snapshot} />}</Asked>
      {may ? (
        <form
          className="card shift-sign"
          onSubmit={(event) => {
            event.preventDefault();
            void act(`offer ${notes}`, (key) => offer(notes, key), () => i18next.t("shift:offered"));
          }}
        >
          <label className="field">
            <span>{t("notes")}</span>
            <textarea className="input" rows={3} maxLength={2000} value={notes} placeholder={t("notes.hint")} onChange={(event) => setNotes(event.target.value)} />
          </label>
          <button type="submit" className="button main" disabled={busy || !found.data}>
            {t("offer", { name: me.name })}
          </button>
        </form>
      ) : (
        <p className="second">{t("not_yours")}</p>
      )}
    </>
  );
}

/** Offered by this person: who takes it, how far they are, and the way back. */
function Waiting({ handover, mine }: { handover: View; mine: boolean }) {
  const { t } = useTranslation("shift");
  const { act, busy } = useAct();
  const far = seen(handover);
  return (
    <>
      <div className="told shift-told" role="status">
        <p>
          <b>{t(mine ? "waiting" : "waiting.other", { name: handover.outgoing.name })}</b>
        </p>
        <p className="numbers">{handover.incoming ? t("waiting.far", { name: handover.incoming.name, ...far }) : t("waiting.nobody")}</p>
        {mine ? (
          <p className="shift-buttons no-print">
            <button type="button" className="button main" onClick={() => void leave()}>
              {t("change_person")}
            </button>
            <button type="button" className="button" disabled={busy} onClick={() => void act("withdraw", () => withdraw(handover.id), () => i18next.t("shift:withdrawn"))}>
              {t("withdraw")}
            </button>
          </p>
        ) : null}
      </div>
      <Notes handover={handover} />
      <Left snapshot={handover.snapshot} />
    </>
  );
}

/** For the next person: each grave case one by one, then the signature. */
function Take({ handover }: { handover: View }) {
  const { t } = useTranslation("shift");
  const me = useMe();
  const now = useNow();
  const { act, busy } = useAct();
  const [remark, setRemark] = useState("");
  const far = seen(handover);
  const rest = far.all - far.done;
  return (
    <>
      <div className="told shift-told">
        <p>
          <b>{t("take.text", { name: handover.outgoing.name, at: moment(handover.offered_at, me.site.timezone, currentLanguage(), now) })}</b>
        </p>
        <p>{t("take.how")}</p>
      </div>
      <Notes handover={handover} />
      <Left
        snapshot={handover.snapshot}
        cases={<Cases cases={handover.snapshot.open_cases} confirm={(number) => void act("confirm", () => confirm(handover.id, [number]), () => i18next.t("shift:confirmed", { number }))} waiting={new Set(handover.to_confirm)} busy={busy} />}
      />
      <form
        className="card shift-sign"
        onSubmit={(event) => {
          event.preventDefault();
          void act("accept", () => accept(handover.id, remark), () => i18next.t("shift:accepted"));
        }}
      >
        <p className="numbers" role="status">
          {far.all === 0 ? t("take.nothing") : t("take.far", far)}
        </p>
        <label className="field">
          <span>{t("remark")}</span>
          <textarea className="input" rows={2} maxLength={2000} value={remark} onChange={(event) => setRemark(event.target.value)} />
        </label>
        <button type="submit" className="button main" disabled={busy || rest > 0}>
          {rest > 0 ? t("take.rest", { n: rest }) : t("take", { name: me.name })}
        </button>
      </form>
    </>
  );
}

function Notes({ handover }: { handover: View }) {
  const { t } = useTranslation("shift");
  if (!handover.notes) return null;
  return (
    <section className="card shift-part">
      <h2>{t("notes.of", { name: handover.outgoing.name })}</h2>
      <p className="shift-words">{handover.notes}</p>
    </section>
  );
}
