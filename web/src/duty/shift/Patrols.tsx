import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { clock } from "../../look/format";
import { Icon } from "../../parts/Icon";
import { useMe } from "../../parts/session";
import { say } from "../../text/start";
import { Asked } from "../SeatFrame";
import { type Stop, visit, type Walk, walks } from "./asking";
import { useAct } from "./useAct";

/** The walks of a day with each point: done, late, missed; a point can be noted by hand with a reason. */
export function Patrols({ day }: { day: string }) {
  const { t } = useTranslation("shift");
  const me = useMe();
  const found = useQuery(walks(day));
  return (
    <>
      {me.permissions.includes("places.codes") ? (
        <p className="no-print">
          <a className="button" href="/api/places/codes/sheets" target="_blank" rel="noreferrer">
            <Icon name="print" />
            {t("codes")}
          </a>
        </p>
      ) : null}
      <Asked query={found}>
        {(answer) =>
          answer.walks.length === 0 ? (
            <p className="second">{t("walks.none")}</p>
          ) : (
            <ul className="shift-slots">
              {answer.walks.map((walk) => (
                <WalkBox key={walk.round + walk.begin} walk={walk} may={me.permissions.includes("shifts.work")} />
              ))}
            </ul>
          )
        }
      </Asked>
    </>
  );
}

function WalkBox({ walk, may }: { walk: Walk; may: boolean }) {
  const { t } = useTranslation("shift");
  const me = useMe();
  const done = walk.stops.filter((stop) => stop.standing === "done" || stop.standing === "late").length;
  const missed = walk.stops.filter((stop) => stop.standing === "missed").length;
  return (
    <li className="card shift-slot">
      <h3 className="numbers">
        {say(walk.name)} {clock(walk.begin, me.site.timezone, true)}–{clock(walk.end, me.site.timezone, true)}
      </h3>
      <p className="numbers">
        {t("walk.far", { done, all: walk.stops.length })}
        {missed > 0 ? <b> · {t("walk.missed", { n: missed })}</b> : null}
      </p>
      <ul className="shift-list">
        {walk.stops.map((stop) => (
          <StopLine key={stop.point} stop={stop} may={may} />
        ))}
      </ul>
    </li>
  );
}

function StopLine({ stop, may }: { stop: Stop; may: boolean }) {
  const { t } = useTranslation("shift");
  const me = useMe();
  const { act, busy } = useAct();
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const name = say(stop.name);
  return (
    <li className={`shift-stop ${stop.standing}`}>
      <span>
        <b>{name}</b>
        <span className="second numbers">
          {" "}
          {stop.visit ? `${clock(stop.visit.at, me.site.timezone, true)} ${stop.visit.by.name} · ${t(stop.visit.proven ? "stop.scanned" : "stop.by_hand")}` : ""}
          {stop.visit?.note ? ` · ${stop.visit.note}` : ""}
        </span>
      </span>
      <span className={`shift-mark ${stop.standing}`}>{t(`stop.${stop.standing}`)}</span>
      {may && stop.standing === "open" && !open ? (
        <button type="button" className="button no-print" aria-label={t("stop.note.of", { name })} onClick={() => setOpen(true)}>
          {t("stop.note")}
        </button>
      ) : null}
      {open && stop.standing === "open" ? (
        <form
          className="shift-hand"
          onSubmit={(event) => {
            event.preventDefault();
            void act(`visit ${stop.point} ${note}`, (key) => visit(stop.point, note, key), () => i18next.t("shift:noted", { name })).then((kept) => kept && setOpen(false));
          }}
        >
          <label className="field">
            <span>{t("stop.why")}</span>
            <input className="input" value={note} maxLength={2000} onChange={(event) => setNote(event.target.value)} />
          </label>
          <button type="submit" className="button main" disabled={busy || note.trim() === ""}>
            {t("stop.save")}
          </button>
        </form>
      ) : null}
    </li>
  );
}
