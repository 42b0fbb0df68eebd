import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { me as readMe, places as readPlaces, report } from "../api/gateway";
import { freshKey } from "../api/idempotency";
import type { Me, ReportRequest, ReportStored } from "../api/views";
import { Frame } from "../home/Frame";
import { Told } from "../parts/Told";
import { say } from "../text/start";

const KINDS = ["0602", "0603", "0307", "0105", "0601", "0605", "0304", "0302", "0702"] as const;
type Kind = (typeof KINDS)[number];

const HOME = "home";
const OUTDOORS = "";

/** The place of the report: home, a building, a named spot, or the words; never nothing. */
function placeOf(spot: string, me: Me | null, words: string, outdoors: string): NonNullable<ReportRequest["place"]> {
  const nowhere = { building: null, unit: null, floor: null, zone: null };
  if (spot === HOME && me?.lives) {
    return { building: me.lives.building, unit: me.lives.unit, floor: me.lives.floor, zone: null, note: words || null };
  }
  const [kind, id] = [spot.slice(0, spot.indexOf(":")), spot.slice(spot.indexOf(":") + 1)];
  if (kind === "building" || kind === "zone") return { ...nowhere, [kind]: id, note: words || null };
  return { ...nowhere, note: words || outdoors };
}

/** What a resident saw: where, what, in words. */
export function ReportPage() {
  const { t } = useTranslation("report");
  const me = useQuery({ queryKey: ["me"], queryFn: readMe, retry: false });
  const [stored, setStored] = useState<ReportStored | null>(null);
  const loggedOut = me.error instanceof Refusal && me.error.status === 401;
  return (
    <Frame title={stored ? t("done") : t("title")}>
      {loggedOut ? (
        <p className="told">
          {t("login")} <a href="/login?next=/report">{t("login.go")}</a>
        </p>
      ) : stored ? (
        <Thanks stored={stored} again={() => setStored(null)} />
      ) : (
        <Form me={me.data ?? null} stored={setStored} />
      )}
    </Frame>
  );
}

function Thanks({ stored, again }: { stored: ReportStored; again: () => void }) {
  const { t } = useTranslation("report");
  return (
    <div className="thanks" role="status">
      <p>{say(stored.message)}</p>
      {stored.incident ? (
        <p>
          {t("done.number")} <b className="numbers">{stored.incident}</b>
        </p>
      ) : null}
      <p className="second">{t("done.more")}</p>
      <button type="button" className="button" onClick={again}>
        {t("again")}
      </button>
    </div>
  );
}

function Form({ me, stored }: { me: Me | null; stored: (answer: ReportStored) => void }) {
  const { t } = useTranslation("report");
  const places = useQuery({ queryKey: ["places"], queryFn: readPlaces, enabled: me !== null, retry: false });
  const [chosen, setChosen] = useState<string | null>(null);
  const [where, setWhere] = useState("");
  const [kind, setKind] = useState<Kind | null>(null);
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const key = useRef(freshKey());
  const sending = useMutation({
    mutationFn: () =>
      report(
        { category: kind, place: placeOf(spot, me, where.trim(), t("where.none")), text: text.trim(), photos: [] },
        key.current,
      ),
    onSuccess: (answer) => {
      key.current = freshKey();
      stored(answer);
    },
  });
  const spots = (places.data?.tree ?? []).flatMap(function flat(node): typeof node[] {
    return node.kind === "building" || node.kind === "zone" ? [node] : node.children.flatMap(flat);
  });
  const spot = chosen ?? (me?.lives ? HOME : OUTDOORS);
  const wrong = sending.error instanceof Refusal ? sending.error : null;
  return (
    <form
      className="report"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (kind && text.trim()) sending.mutate();
      }}
    >
      <p className="told">{t("danger")}</p>
      <fieldset>
        <legend>1 · {t("where")}</legend>
        <label className="field">
          <span>{t("where.building")}</span>
          <select className="input" value={spot} onChange={(event) => setChosen(event.target.value)}>
            {me?.lives ? <option value={HOME}>{t("where.home", { place: say(me.lives.name) })}</option> : null}
            <option value={OUTDOORS}>{t("where.none")}</option>
            {spots.map((each) => (
              <option key={`${each.kind}:${each.id}`} value={`${each.kind}:${each.id}`}>
                {say(each.name)}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{t("where.note")}</span>
          <input className="input" value={where} maxLength={200} placeholder={t("where.note.hint")} onChange={(event) => setWhere(event.target.value)} />
        </label>
      </fieldset>
      <fieldset>
        <legend>2 · {t("what")}</legend>
        <div className="kinds">
          {KINDS.map((each) => (
            <label key={each} className={kind === each ? "kind chosen" : "kind"}>
              <input type="radio" name="kind" checked={kind === each} onChange={() => setKind(each)} />
              {t(`kind.${each}`)}
            </label>
          ))}
        </div>
        {tried && !kind ? (
          <p className="needs" role="alert">
            {t("what.short")}
          </p>
        ) : null}
      </fieldset>
      <fieldset>
        <legend>3 · {t("text")}</legend>
        <textarea className="input" aria-label={t("text")} value={text} maxLength={2000} placeholder={t("text.hint")} onChange={(event) => setText(event.target.value)} />
        {tried && !text.trim() ? (
          <p className="needs" role="alert">
            {t("text.short")}
          </p>
        ) : null}
      </fieldset>
      {wrong ? <Told role="alert">{say(wrong.detail)}</Told> : null}
      <button type="submit" className="button main wide big" disabled={sending.isPending || me === null}>
        {t("send")}
      </button>
    </form>
  );
}
