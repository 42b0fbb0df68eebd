import i18next from "i18next";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../../../api/client";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { StateTag, type Tone } from "../../parts";
import { answerLeave, answerSwap, type Arranged, type Gap, type Leave, type Swap, withdraw } from "./asking";
import { useShiftNames } from "./useShiftNames";
import { useRosterWords } from "./words";

const TONES: Record<Leave["state"] | Swap["state"], Tone> = { asked: "wait", granted: "good", agreed: "good", refused: "off", declined: "off", withdrawn: "off" };

/** One swap: who asks whom to stand in when, what is taken in return, and what this person can do about it. */
export function SwapItem({ swap, done }: { swap: Swap; done: (gaps: Gap[]) => void }) {
  const { t } = useTranslation("roster");
  const me = useMe();
  const words = useRosterWords();
  const names = useShiftNames();
  const duty = (day: string, shift: string) => `${words.date(day)} ${words.weekday(day)} ${names(shift)}`;
  return (
    <Item state={swap.state}>
      <p>
        <b>{t("swap.line", { asker: swap.asker.name, other: swap.other.name, duty: duty(swap.day, swap.shift) })}</b>
      </p>
      {swap.back_day && swap.back_shift ? <p>{t("swap.back", { asker: swap.asker.name, duty: duty(swap.back_day, swap.back_shift) })}</p> : null}
      {swap.note ? <p className="second">{swap.note}</p> : null}
      {swap.state === "asked" && swap.other.id === me.id ? (
        <Buttons yes={t("swap.yes")} no={t("swap.no")} answer={(yes) => answerSwap(swap.id, yes)} done={done} />
      ) : null}
      {swap.state === "asked" && swap.asker.id === me.id ? <TakeBack id={swap.id} done={done} /> : null}
    </Item>
  );
}

/** One leave: who, when, who answered, and what this person can do about it. */
export function LeaveItem({ leave, done }: { leave: Leave; done: (gaps: Gap[]) => void }) {
  const { t } = useTranslation("roster");
  const me = useMe();
  const words = useRosterWords();
  const id = leave.id ?? "";
  const span = leave.begin === leave.end ? words.date(leave.begin) : `${words.date(leave.begin)} – ${words.date(leave.end)}`;
  return (
    <Item state={leave.state}>
      <p>
        <b>{t("leave.line", { name: leave.person.name, span })}</b>
      </p>
      {leave.note ? <p className="second">{leave.note}</p> : null}
      {leave.by ? <p className="second">{t("leave.by", { name: leave.by.name })}</p> : null}
      {leave.state === "asked" && me.permissions.includes("rosters.edit") ? <Buttons yes={t("leave.yes")} no={t("leave.no")} answer={(yes) => answerLeave(id, yes)} done={done} /> : null}
      {leave.state === "asked" && leave.person.id === me.id ? <TakeBack id={id} done={done} /> : null}
    </Item>
  );
}

function Item({ state, children }: { state: keyof typeof TONES; children: ReactNode }) {
  const { t } = useTranslation("roster");
  return (
    <li className="card roster-request">
      <div>{children}</div>
      <StateTag tone={TONES[state]}>{t(`state.${state}`)}</StateTag>
    </li>
  );
}

function useAct(done: (gaps: Gap[]) => void) {
  const { tell, warn } = useNotices();
  const [busy, setBusy] = useState(false);
  const act = async (send: () => Promise<Arranged>) => {
    if (busy) return;
    setBusy(true);
    try {
      const { gaps } = await send();
      tell(() => i18next.t("roster:answered"));
      done(gaps);
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : i18next.t("common:failed")));
    } finally {
      setBusy(false);
    }
  };
  return { act, busy };
}

function Buttons({ yes, no, answer, done }: { yes: string; no: string; answer: (yes: boolean) => Promise<Arranged>; done: (gaps: Gap[]) => void }) {
  const { act, busy } = useAct(done);
  return (
    <p className="row-of">
      <button type="button" className="button main" disabled={busy} onClick={() => void act(() => answer(true))}>
        {yes}
      </button>
      <button type="button" className="button" disabled={busy} onClick={() => void act(() => answer(false))}>
        {no}
      </button>
    </p>
  );
}

function TakeBack({ id, done }: { id: string; done: (gaps: Gap[]) => void }) {
  const { t } = useTranslation("roster");
  const { act, busy } = useAct(done);
  return (
    <p className="row-of">
      <button type="button" className="button" disabled={busy} onClick={() => void act(() => withdraw(id))}>
        {t("withdraw")}
      </button>
    </p>
  );
}
