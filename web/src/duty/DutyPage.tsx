import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { me as readMe } from "../api/gateway";
import { NoticeBar } from "../parts/NoticeBar";
import { toLogin, useMe } from "../parts/session";
import { useNow } from "../parts/useNow";
import { listen, useStream } from "../stream/store";
import { say } from "../text/start";
import { Announcer } from "./Announcer";
import { CasePane } from "./CasePane";
import { Counters } from "./Counters";
import { GUIDE } from "./guide";
import { SELECTION_HOLDS_MS } from "./freeze";
import { Header } from "./Header";
import { KeyHelp } from "./KeyHelp";
import { LineList } from "./LineList";
import { pageAt } from "./pages";
import { Rail } from "./Rail";
import { Side } from "./Side";
import { useStation } from "./station";
import { OpenPage } from "./SeatPage";
import { Status } from "./Status";
import { wearIcon, worstWaiting } from "./tabIcon";
import { useKeys } from "./useKeys";
import { useList } from "./useList";
import { useSound } from "./useSound";
import { useWhere } from "./where";

/** The seat: list on the left, the chosen case in the middle, the estate and its people on the right. */
export function DutyPage() {
  const { t } = useTranslation("duty");
  const me = useMe();
  const now = useNow();
  const list = useList(now);
  const cut = useStream((stream) => stream.link === "cut");
  const { selected, pinned, pin, select, tab, guide } = useStation();
  const page = pageAt(useWhere((where) => where.path));
  const row = list.all.find((each) => each.key === selected) ?? (selected === null ? (list.shown[0] ?? null) : null);

  useEffect(() => listen({ shared: true, refused: () => void readMe().catch(leaveIfLoggedOut) }), []);
  // when nobody has touched anything for a minute, the seat goes back to showing the worst that waits
  const left = page === null && list.idleMs > SELECTION_HOLDS_MS && row !== null && (pinned || row.tab !== tab);
  useEffect(() => {
    if (left) select(null);
  }, [left, select]);
  useSound(list.all, now);
  useKeys(list.shown, row, page === null);

  const hold = () => {
    if (selected === null && row) pin(row.key);
  };
  const worst = worstWaiting(list.all);
  useEffect(() => wearIcon(worst), [worst]);
  const waiting = list.all.filter((each) => each.tab === "waiting").length;
  useEffect(() => {
    if (page !== null) return; // the page names itself
    const site = say(me.site.name);
    document.title = waiting > 0 ? t("page.title", { n: waiting, site }) : t("page.title.calm", { site });
  }, [waiting, me, t, page]);

  return (
    <div className={cut ? "duty stale" : "duty"} data-guide={page === null && guide !== null ? GUIDE[guide] : undefined}>
      <Header />
      <Status />
      <div className="duty-room">
        <Rail />
        {page !== null ? (
          <OpenPage page={page} />
        ) : (
          <main className="duty-body">
            <div className="duty-left">
              <Counters rows={list.all} now={now} />
              <LineList list={list} open={row?.key ?? null} />
              <NoticeBar />
            </div>
            {/* a case that was shown by itself stays while the pointer or the keyboard is on it */}
            <div className="case-holder" onPointerEnter={hold} onFocus={hold}>
              <CasePane row={row} chosen={selected} now={now} />
            </div>
            <Side rows={list.all} row={row} />
          </main>
        )}
      </div>
      <Announcer rows={list.all} />
      {page === null ? <KeyHelp /> : null}
    </div>
  );
}

function leaveIfLoggedOut(error: unknown): void {
  if (typeof error === "object" && error !== null && "status" in error && error.status === 401) toLogin();
}
