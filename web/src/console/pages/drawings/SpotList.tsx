import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { useDeed } from "../../parts";
import { bind, places } from "./asking";
import { round } from "./layout";

/** A device or a place that may stand on the plan. */
export interface Thing {
  key: string;
  id: string;
  name: string;
  place: boolean;
  camera: boolean;
  zone: string | null;
  spot: [number, number] | null;
}

interface Given {
  things: Thing[];
  chosen: string | null;
  choose: (key: string) => void;
  put: (thing: Thing, spot: [number, number] | null) => void;
  fresh: (thing: Thing) => void;
}

/** The same as on the plan, in words and numbers; and what is not on it yet. */
export function SpotList({ things, chosen, choose, put, fresh }: Given) {
  const { t } = useTranslation("drawings");
  const on = things.filter((thing) => thing.spot !== null);
  const off = things.filter((thing) => thing.spot === null);
  return (
    <div className="drawings-lists">
      <section>
        <h2>{t("on")}</h2>
        {on.length === 0 ? <p className="second">{t("on.none")}</p> : null}
        <ul>
          {on.map((thing) => (
            <li key={thing.key} className={chosen === thing.key ? "card drawings-thing chosen" : "card drawings-thing"}>
              <b>{thing.name}</b>
              <span className="drawings-numbers">
                {([0, 1] as const).map((axis) => (
                  <Share
                    key={axis}
                    label={t(axis === 0 ? "x" : "y")}
                    of={thing.name}
                    value={thing.spot?.[axis] ?? 0}
                    focus={() => choose(thing.key)}
                    set={(value) => put(thing, axis === 0 ? [value, thing.spot?.[1] ?? 0] : [thing.spot?.[0] ?? 0, value])}
                  />
                ))}
                <button type="button" className="button" aria-label={t("take.what", { name: thing.name })} onClick={() => put(thing, null)}>
                  {t("take")}
                </button>
              </span>
              {thing.camera ? <Zone thing={thing} /> : null}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{t("off")}</h2>
        {off.length === 0 ? <p className="second">{t("off.none")}</p> : null}
        <ul>
          {off.map((thing) => (
            <li key={thing.key} className="drawings-off">
              <span>{thing.name}</span>
              <button type="button" className="button" aria-label={t("put.what", { name: thing.name })} onClick={() => fresh(thing)}>
                {t("put")}
              </button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** A share as per cent with one decimal; what cannot be read moves nothing. */
function Share({ label, of, value, focus, set }: { label: string; of: string; value: number; focus: () => void; set: (value: number) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? String(Math.round(value * 1000) / 10);
  const type = (text: string) => {
    setTyped(text);
    const number = Number(text);
    if (text.trim() !== "" && number >= 0 && number <= 100) set(round(number / 100));
  };
  return (
    <label>
      <span className="second">{label}</span>
      <input className="input numbers" inputMode="decimal" aria-label={`${of}: ${label}`} value={shown} onFocus={focus} onBlur={() => setTyped(null)} onChange={(event) => type(event.target.value)} />
    </label>
  );
}

/** Which zone a camera watches; saved at once, for it belongs to the camera and not to the plan. */
function Zone({ thing }: { thing: Thing }) {
  const { t } = useTranslation("drawings");
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const { act, busy } = useDeed();
  const zones = (useQuery(places).data?.tree ?? []).filter((node) => node.kind === "zone");
  const nameOf = (id: string | null) => say(zones.find((node) => node.id === id)?.name) || t("zone.none");
  const change = (zone: string | null) =>
    act(async () => {
      await bind(thing.id, zone);
      await queries.invalidateQueries({ queryKey: ["devices"] });
      tell(() => i18next.t("drawings:zone.bound", { name: nameOf(zone) }));
    });
  return (
    <label className="field">
      <span className="second">{t("zone")}</span>
      <select className="input" aria-label={`${thing.name}: ${t("zone")}`} value={thing.zone ?? ""} disabled={busy} onChange={(event) => void change(event.target.value || null)}>
        <option value="">{t("zone.none")}</option>
        {zones.map((node) => (
          <option key={node.id} value={node.id}>
            {say(node.name)}
          </option>
        ))}
      </select>
    </label>
  );
}
