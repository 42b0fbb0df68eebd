import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, Refusal, said } from "../api/client";
import { clock } from "../look/format";
import { Icon } from "../parts/Icon";
import { useMe } from "../parts/session";
import { Told } from "../parts/Told";
import { useNotices } from "../parts/undo";
import { useNow } from "../parts/useNow";
import { say } from "../text/start";
import { type Deed, tokenIn } from "./deeds";
import { Kept } from "./Kept";
import { keepDeed, useDeeds } from "./keeping";
import { PickFile } from "./PickFile";
import { canRead, readCode } from "./readCode";
import { useKeeping } from "./useKeeping";
import { left, shownWalks, type Walk } from "./walks";

export const patrols = () => said(api.GET("/api/patrols"));

/** 巡查打卡: scan the code at a point, or say where one is; in any order. What is missing stands there. */
export function PatrolPage({ back, scanned }: { back: () => void; scanned: string | null }) {
  const { t } = useTranslation("m");
  const now = useNow();
  const found = useQuery({ queryKey: ["patrols"], queryFn: patrols, staleTime: 30_000, refetchInterval: 60_000 });
  const names = new Map(found.data?.walks.flatMap((walk) => walk.stops.map((stop) => [stop.point, say(stop.name)] as const)));
  const walks = shownWalks(found.data?.walks ?? [], now);
  return (
    <>
      <button type="button" className="button quiet back" onClick={back}>
        <Icon name="back" />
        {t("task.back")}
      </button>
      <h1 className="page-title">{t("patrol.title")}</h1>
      <Scan scanned={scanned} />
      {found.isError && !found.data ? (
        <Told title={t("patrol.unread")} retry={() => void found.refetch()}>
          {found.error instanceof Refusal ? say(found.error.detail) : found.error.message}
        </Told>
      ) : null}
      {found.isPending ? <div className="skeleton task-skeleton" aria-busy="true" /> : null}
      {found.data && walks.length === 0 ? <p className="empty second">{t("patrol.none")}</p> : null}
      {walks.map((walk) => (
        <WalkCard key={`${walk.round} ${walk.begin}`} walk={walk} />
      ))}
      <Kept kind="visit" named={(deed: Deed) => (deed.kind === "visit" && deed.body.point ? (names.get(deed.body.point) ?? deed.body.point) : t("patrol.scanned"))} />
    </>
  );
}

/**
 * A picture of the square code where the browser can read one. Where it cannot, the phone's own camera opens the code's
 * address and the report page leads here with what was scanned; its text can be pasted too.
 */
function Scan({ scanned }: { scanned: string | null }) {
  const { t } = useTranslation("m");
  const [typed, setTyped] = useState(scanned ?? "");
  const { wrong, setWrong, keeping } = useKeeping("photo.unreadable");
  const tell = useNotices((notices) => notices.tell);
  const note = (token: string) =>
    void keeping(async () => {
      await keepDeed({ kind: "visit", body: { token: tokenIn(token) }, photos: [] });
      setTyped("");
      window.history.replaceState(null, "", "/m");
      tell(() => i18next.t("m:patrol.kept"));
    });
  const read = async (file: File) => {
    const text = await readCode(file);
    if (text === null) setWrong(t("patrol.no_code"));
    else note(text);
  };
  return (
    <section className="scan">
      {canRead() ? (
        <PickFile accept="image/*" capture="environment" label={t("patrol.scan")} icon="camera" picked={(file) => void read(file)} />
      ) : (
        <p className="second">{t("patrol.cannot_scan")}</p>
      )}
      <form
        className="typed"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim()) note(typed);
        }}
      >
        <label className="field">
          <span>{t("patrol.code")}</span>
          <input className="input" value={typed} maxLength={400} autoComplete="off" autoCapitalize="off" spellCheck={false} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <button type="submit" className={typed.trim() ? "button main big" : "button"} disabled={!typed.trim()}>
          {t("patrol.note")}
        </button>
      </form>
      {wrong ? (
        <p className="needs" role="alert">
          {wrong}
        </p>
      ) : null}
    </section>
  );
}

const MARK = { done: "check", late: "clock", missed: "wrong", open: "place", ahead: "clock_turn" } as const;

function WalkCard({ walk }: { walk: Walk }) {
  const { t } = useTranslation("m");
  const me = useMe();
  const tell = useNotices((notices) => notices.tell);
  const waiting = useDeeds((deeds) => deeds.waiting);
  const missing = left(walk, waiting);
  const here = (point: string) =>
    void keepDeed({ kind: "visit", body: { point }, photos: [] }).then(() => tell(() => i18next.t("m:patrol.kept")));
  return (
    <section className="card task walk">
      <h2>
        {say(walk.name)} <span className="numbers second">{`${clock(walk.begin, me.site.timezone, true)}–${clock(walk.end, me.site.timezone, true)}`}</span>
      </h2>
      <p>{missing.length === 0 ? t("patrol.all") : t("patrol.missing", { n: missing.length, of: walk.stops.length })}</p>
      <ul className="stops">
        {walk.stops.map((stop) => {
          const kept = waiting.some((deed) => deed.kind === "visit" && deed.body.point === stop.point && deed.refused === null);
          return (
            <li key={stop.point} className={stop.standing}>
              <Icon name={MARK[stop.standing]} />
              <span>
                <b>{say(stop.name)}</b>
                <small className="second numbers">
                  {kept ? t("patrol.standing.kept") : t(`patrol.standing.${stop.standing}`)}
                  {stop.visit ? ` ${clock(stop.visit.at, me.site.timezone, true)} ${stop.visit.by.name}${stop.visit.proven ? "" : ` · ${t("patrol.by_hand")}`}` : ""}
                </small>
              </span>
              {stop.standing === "open" && !kept ? (
                <button type="button" className="button" onClick={() => here(stop.point)}>
                  {t("patrol.here")}
                </button>
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
