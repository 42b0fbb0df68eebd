import "./shift.css";

import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { clock } from "../../look/format";
import { useMe } from "../../parts/session";
import { WhenInput } from "../../parts/WhenInput";
import { Asked } from "../SeatFrame";
import { book, type Slot, write } from "./asking";
import { Frame } from "./Frame";
import { Patrols } from "./Patrols";
import { useAct } from "./useAct";

/** The two-hourly record of the shift, and the rounds of the day. */
export default function Records() {
  const { t } = useTranslation("shift");
  const me = useMe();
  const [day, setDay] = useState("");
  const found = useQuery(book(day));
  const today = found.data && day === "" ? found.data.day : day;
  const pick = (
    <label className="shift-day">
      {t("day")}
      <WhenInput kind="date" value={today} onChange={setDay} />
    </label>
  );
  return (
    <Frame title={t("records")} help={t("records.help")} actions={pick}>
      <div className="shift-two">
        <section aria-labelledby="shift-book">
          <h2 id="shift-book">{t("book")}</h2>
          <Asked query={found}>
            {({ slots, due }) => (
              <>
                {slots.some((slot) => slot.now) && me.permissions.includes("shifts.work") ? <WriteBox due={due} /> : null}
                <ol className="shift-slots">
                  {[...slots]
                    .reverse()
                    .filter((slot) => slot.now || slot.missed || slot.records.length > 0)
                    .map((slot) => (
                      <SlotBox key={slot.begin} slot={slot} />
                    ))}
                </ol>
              </>
            )}
          </Asked>
        </section>
        <section aria-labelledby="shift-walks">
          <h2 id="shift-walks">{t("walks")}</h2>
          <Patrols day={day} />
        </section>
      </div>
    </Frame>
  );
}

const READY = ["normal", "gate", "rain"] as const;

/** Writes how it stands; ready sentences spare typing. */
function WriteBox({ due }: { due: boolean }) {
  const { t } = useTranslation("shift");
  const me = useMe();
  const { act, busy } = useAct();
  const [text, setText] = useState("");
  const [normal, setNormal] = useState(true);
  return (
    <form
      className="card shift-sign"
      onSubmit={(event) => {
        event.preventDefault();
        void act(`record ${String(normal)} ${text}`, (key) => write(text, normal, key), () => i18next.t("shift:written")).then((kept) => kept && setText(""));
      }}
    >
      {due ? <p className="shift-due">{t("book.due")}</p> : null}
      <label className="field">
        <span>{t("book.how")}</span>
        <textarea className="input" rows={3} maxLength={2000} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      <div className="shift-buttons">
        {READY.map((each) => (
          <button key={each} type="button" className="button" onClick={() => setText((old) => (old ? `${old} ${t(`ready.${each}`)}` : t(`ready.${each}`)))}>
            {t(`ready.${each}`)}
          </button>
        ))}
      </div>
      <label className="shift-tick">
        <input type="checkbox" checked={!normal} onChange={(event) => setNormal(!event.target.checked)} />
        {t("book.unusual")}
      </label>
      <button type="submit" className="button main" disabled={busy || text.trim() === ""}>
        {t("book.write", { name: me.name })}
      </button>
    </form>
  );
}

function SlotBox({ slot }: { slot: Slot }) {
  const { t } = useTranslation("shift");
  const me = useMe();
  const zone = me.site.timezone;
  return (
    <li className={`card shift-slot${slot.now ? " now" : ""}`}>
      <h3 className="numbers">
        {clock(slot.begin, zone, true)}–{clock(slot.end, zone, true)}
        {slot.now ? ` · ${t("slot.now")}` : ""}
        {slot.missed ? ` · ${t("slot.missed")}` : ""}
      </h3>
      {slot.records.map((record) => (
        <p key={record.id}>
          <span className="second numbers">
            {clock(record.at, zone, true)} {record.by.name}
          </span>{" "}
          {record.normal ? "" : <b>{t("slot.unusual")} </b>}
          <span className="shift-words">{record.text}</span>
        </p>
      ))}
      {slot.now && slot.records.length === 0 ? <p className="second">{t("slot.open")}</p> : null}
    </li>
  );
}
