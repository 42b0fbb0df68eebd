import i18next from "i18next";

import { acknowledge, act } from "../api/gateway";
import { underOneKey } from "../api/idempotency";
import { queries } from "../parts/session";
import { useNotices } from "../parts/undo";
import { learn, learnAlert } from "./acting";
import { type Batch, falseAction, fitting, gravest } from "./may";
import { asksToBeSeen, type Row } from "./rows";
import { useStation } from "./station";

let busy = false;

/** Does one step on several lines, one after the other; says how many were done and how many were refused: these stay chosen. */
export async function together(rows: Row[], batch: Batch, code = ""): Promise<void> {
  if (busy) return; // a second press while the first is under way
  busy = true;
  const into = batch === "merge" ? gravest(rows) : null;
  const wanted = fitting(rows, batch);
  const left: string[] = [];
  for (const row of wanted) {
    try {
      await one(row, batch, code, into);
      useStation.getState().confirmHere(row.key, row.level);
    } catch {
      left.push(row.key); // to be looked at by itself
    }
  }
  busy = false;
  useStation.getState().choose(left.length > 0 ? new Set(left) : null);
  const refused = left.length;
  const done = wanted.length - refused;
  const { tell, warn } = useNotices.getState();
  const words = () => i18next.t(refused > 0 ? "duty:batch.some" : "duty:batch.done", { n: done, m: refused });
  if (refused > 0) warn(words);
  else tell(words);
  void queries.invalidateQueries({ queryKey: ["incident"] });
}

async function one(row: Row, batch: Batch, code: string, into: Row | null): Promise<void> {
  if (batch === "confirm" && (row.alert || asksToBeSeen(row))) {
    for (const id of row.unseen) learnAlert((await acknowledge(id)).alert);
    return;
  }
  const { incident } = row;
  if (!incident) return;
  const [action, fields] = ((): [string, Record<string, unknown>] => {
    if (batch === "confirm") return ["accept", {}];
    if (batch === "dispatch") return ["dispatch", {}]; // without a name: whom the plan sends
    if (batch === "false") return [falseAction(row) ?? "reject", { code }];
    return ["merge", { into: into?.incident?.number ?? "" }];
  })();
  const answer = await underOneKey(JSON.stringify([incident.number, action, fields]), (key) => act(incident.number, action, incident.version, fields, key));
  learn(answer.incident);
}
