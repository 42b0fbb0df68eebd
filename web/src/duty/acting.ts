import i18next, { type ParseKeys } from "i18next";

import { Refusal } from "../api/client";
import { acknowledge, act, clearAlert, endSilence, report, silence, type SilenceRequest } from "../api/gateway";
import { freshKey, underOneKey } from "../api/idempotency";
import type { Alert, Incident } from "../api/views";
import { queries } from "../parts/session";
import { useNotices } from "../parts/undo";
import { useStream } from "../stream/store";
import { fold } from "../stream/live";
import { say } from "../text/start";
import type { Ask } from "./asks";
import { canConfirm, dispatchAction, falseAction } from "./may";
import { asksToBeSeen, type Row } from "./rows";
import { useStation } from "./station";

/** What is on its way: a second press of the same thing joins the first instead of being refused after it. */
const onTheWay = new Set<string>();

async function once(what: string, act: () => Promise<boolean>): Promise<boolean> {
  if (onTheWay.has(what)) return false;
  onTheWay.add(what);
  try {
    return await act();
  } finally {
    onTheWay.delete(what);
  }
}

type Done = Exclude<Extract<ParseKeys<"duty">, `act.done.${string}`>, "act.done.open">;

export function learn(incident: Incident): void {
  useStream.setState((stream) => ({
    live: { ...fold({ ...stream.live, waiting: false }, { type: "delta", seq: stream.live.seq, alerts: [], incidents: [incident] }), waiting: stream.live.waiting },
  }));
  void queries.invalidateQueries({ queryKey: ["incident", incident.number] });
}

export function learnAlert(alert: Alert): void {
  useStream.setState((stream) => ({
    live: { ...fold({ ...stream.live, waiting: false }, { type: "delta", seq: stream.live.seq, alerts: [alert], incidents: [] }), waiting: stream.live.waiting },
  }));
}

/** What a seat can do: each action says what was done, offers undo where the case allows it, and explains refusals. */
export function useActing() {
  const { tell, warn } = useNotices.getState(); // both stand from the beginning: nobody is drawn anew because a notice shows
  const { confirmHere, unconfirmHere, select, setUnsent } = useStation.getState();

  /** Nothing was done: it sounds as before, and words that somebody typed stand in their field again. */
  const refused = (error: unknown, number: string | null, key: string) => {
    warn(() => (error instanceof Refusal ? say(error.detail) : String(error)));
    unconfirmHere(key);
    const { unsent, selected, panel } = useStation.getState();
    if (unsent?.key === key && selected === key && panel === null) select(key, unsent.panel);
    if (number) void queries.invalidateQueries({ queryKey: ["incident", number] });
  };

  const undo = async (incident: Incident) => {
    try {
      const answer = await act(incident.number, "undo", incident.version, {}, freshKey());
      unconfirmHere(incident.number);
      learn(answer.incident);
      tell(() => i18next.t("duty:act.done.undo"));
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : String(error)));
      void queries.invalidateQueries({ queryKey: ["incident", incident.number] });
    }
  };

  const onCase = (incident: Incident, action: string, fields: Record<string, unknown>, done: Done, who: string | (() => string) = ""): Promise<boolean> =>
    once(`${incident.number} ${action} ${JSON.stringify(fields)}`, async () => {
      select(incident.number); // stays in front, so that a second click cannot fall on the next case
      confirmHere(incident.number, incident.level);
      try {
        const answer = await underOneKey(JSON.stringify([incident.number, action, fields]), (key) => act(incident.number, action, incident.version, fields, key));
        setUnsent(null);
        learn(answer.incident);
        const undoable = answer.incident.allowed.includes("undo");
        tell(() => i18next.t("duty:act.told", { title: say(incident.title), done: i18next.t(`duty:${done}`, { who: typeof who === "string" ? who : who() }) }), undoable ? () => void undo(answer.incident) : null);
        return true;
      } catch (error) {
        refused(error, incident.number, incident.number);
        return false;
      }
    });

  const onAlert = (row: Row, change: (id: string) => Promise<{ alert: Alert }>, done: Done) =>
    once(`${row.key} ${done}`, async () => {
      if (!row.alert) return false;
      select(row.key);
      confirmHere(row.key, row.level);
      try {
        const answer = await change(row.alert.id);
        setUnsent(null);
        learnAlert(answer.alert);
        tell(() => i18next.t(`duty:${done}`));
        return true;
      } catch (error) {
        refused(error, null, row.key);
        return false;
      }
    });

  /** People are already on their way: that it was seen is all that is left to say, to the other seats as well. */
  const seen = (row: Row) =>
    once(`${row.key} seen`, async () => {
      select(row.key);
      confirmHere(row.key, row.level);
      try {
        for (const id of row.unseen) learnAlert((await acknowledge(id)).alert);
        tell(() => i18next.t("duty:act.told", { title: say(row.title), done: i18next.t("duty:act.done.acknowledge") }));
        return true;
      } catch (error) {
        refused(error, row.key, row.key);
        return false;
      }
    });

  /** A warning sends nobody by itself: whoever sits here opens a case of it in their own words. */
  const openCase = (row: Row, words: string) =>
    once(`${row.key} open`, async () => {
      if (!row.alert) return false;
      const { alert } = row;
      const place = { building: alert.building, unit: null, floor: null, zone: alert.zone, note: say(alert.device_name) || null };
      const text = i18next.t("duty:act.told", { title: say(alert.name), done: words });
      const body = { category: alert.category, place, text, photos: [] };
      try {
        const answer = await underOneKey(JSON.stringify(["report", body]), (key) => report(body, key));
        setUnsent(null);
        tell(() => i18next.t("duty:act.done.open", { number: answer.incident ?? "" }));
        if (answer.incident) select(answer.incident);
        if (canConfirm(row)) learnAlert((await acknowledge(alert.id)).alert);
        return true;
      } catch (error) {
        refused(error, null, row.key);
        return false;
      }
    });

  /** Shelves a kind of alert; whoever did it may take it back at once. */
  const shelve = (row: Row, asked: SilenceRequest) =>
    once(`${row.key} shelve`, async () => {
      select(row.key);
      confirmHere(row.key, row.level);
      try {
        const made = await silence(asked);
        void queries.invalidateQueries({ queryKey: ["silences"] });
        const back = () => {
          unconfirmHere(row.key);
          void endSilence(made.id).then(
            () => queries.invalidateQueries({ queryKey: ["silences"] }),
            (error: unknown) => warn(() => (error instanceof Refusal ? say(error.detail) : String(error))),
          );
        };
        tell(() => i18next.t("duty:shelve.done", { said: say(made.said) }), back);
        return true;
      } catch (error) {
        refused(error, null, row.key);
        return false;
      }
    });

  return {
    shelve: (row: Row, asked: SilenceRequest) => void shelve(row, asked),
    other: (incident: Incident, ask: Ask, fields: Record<string, string>) =>
      void onCase(incident, ask, fields, "act.done.other", () => i18next.t(`duty:more.${ask}`)),
    confirm: (row: Row) => {
      if (asksToBeSeen(row)) void seen(row);
      else void (row.incident ? onCase(row.incident, "accept", {}, "act.done.accept") : onAlert(row, acknowledge, "act.done.acknowledge"));
    },
    dispatch: (row: Row, person: { id: string; name: string }, reason: string) => {
      const action = dispatchAction(row);
      if (!row.incident || !action) return;
      const fields = action === "reassign" ? { assignee: person.id, reason } : { assignee: person.id };
      void onCase(row.incident, action, fields, `act.done.${action}`, person.name);
    },
    callFalse: (row: Row, code: string) => {
      const action = falseAction(row);
      if (row.incident && action) void onCase(row.incident, action, { code }, `act.done.${action}`);
    },
    open: (row: Row, words: string) => void openCase(row, words),
    clear: (row: Row, reason: string) => void onAlert(row, (id) => clearAlert(id, reason), "act.done.clear"),
    close: (incident: Incident) => void onCase(incident, "close", {}, "act.done.close"),
    rework: (incident: Incident, note: string) => void onCase(incident, "rework", { note }, "act.done.rework"),
    /** Tells whether it stands in the case. */
    note: (incident: Incident, note: string, step?: number): Promise<boolean> =>
      onCase(incident, "note", step === undefined ? { note } : { note, step }, "act.done.note"),
    nudge: (incident: Incident) => void onCase(incident, "nudge", {}, "act.done.nudge"),
  };
}
