import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { me as readMe, places as readPlaces } from "../api/gateway";
import { HealthBar, LinkBar } from "../parts/Bars";
import { Icon, type IconName } from "../parts/Icon";
import { NoticeBar } from "../parts/NoticeBar";
import { queries, toLogin, useMe } from "../parts/session";
import { listen } from "../stream/store";
import { say } from "../text/start";
import { startDeeds, useDeeds } from "./keeping";
import { Mine } from "./Mine";
import { PatrolPage, patrols } from "./PatrolPage";
import { startSending, usePhotos } from "./photos";
import { setPresent } from "./present";
import { ReportPage } from "./ReportPage";
import { TaskList } from "./TaskList";
import { TaskPage } from "./TaskPage";
import { together } from "./whose";

type View = "tasks" | "report" | "mine" | "patrol";
const VIEWS: [Exclude<View, "patrol">, IconName][] = [
  ["tasks", "list"],
  ["report", "camera"],
  ["mine", "person"],
];

const caseInAddress = (): string | null => new URLSearchParams(window.location.search).get("case");

/** The phone: my tasks, one task, what I have done, settings. The open task is in the address. */
export function Phone() {
  const { t } = useTranslation(["m", "common"]);
  const me = useMe();
  const [scanned] = useState(() => new URLSearchParams(window.location.search).get("visit"));
  const [view, setView] = useState<View>(scanned ? "patrol" : "tasks");
  const [number, setNumber] = useState(caseInAddress);

  useEffect(() => listen({ shared: false, refused: () => void readMe().catch((error: { status?: number }) => error.status === 401 && toLogin()) }), []);
  useEffect(() => {
    setPresent(me);
    const ends = [startSending(), startDeeds()];
    return () => ends.forEach((end) => end());
  }, [me]);
  // read once while there is a line: a report and a patrol work without one
  useEffect(() => {
    void queries.prefetchQuery({ queryKey: ["places"], queryFn: readPlaces, staleTime: 600_000 });
    if (me.permissions.includes("patrols.read")) void queries.prefetchQuery({ queryKey: ["patrols"], queryFn: patrols });
  }, [me]);
  useEffect(() => {
    const back = () => setNumber(caseInAddress());
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);
  useEffect(() => {
    document.title = `${t("title")} · ${say(me.site.name)}`;
  }, [t, me]);

  const open = (next: string | null) => {
    window.history.pushState(null, "", next ? `/m?case=${encodeURIComponent(next)}` : "/m");
    setNumber(next);
    window.scrollTo(0, 0);
  };
  return (
    <div className="phone">
      <LinkBar />
      <HealthBar />
      <Waiting />
      {number ? (
        <TaskPage number={number} back={() => open(null)} />
      ) : (
        <main>
          {me.site.demo ? <p className="demo-line second">{t("common:demo.text")}</p> : null}
          {view === "tasks" ? <TaskList open={open} patrol={me.permissions.includes("shifts.work") ? () => setView("patrol") : null} /> : null}
          {view === "report" ? <ReportPage /> : null}
          {view === "patrol" ? <PatrolPage back={() => setView("tasks")} scanned={scanned} /> : null}
          {view === "mine" ? <Mine open={open} /> : null}
        </main>
      )}
      {number ? null : (
        <nav className="tabbar" aria-label={t("title")}>
          {VIEWS.map(([each, icon]) => (
            <button key={each} type="button" aria-current={view === each || (view === "patrol" && each === "tasks") ? "page" : undefined} onClick={() => setView(each)}>
              <Icon name={icon} />
              {t(`nav.${each}`)}
            </button>
          ))}
        </nav>
      )}
      <NoticeBar />
    </div>
  );
}

/** What still waits is told on every page until it is up; also what somebody else left on this phone. */
function Waiting() {
  const { t } = useTranslation("m");
  const photos = usePhotos((all) => all.waiting.filter((photo) => photo.refused === null).length);
  const deeds = useDeeds((all) => all.waiting.filter((deed) => deed.refused === null).length);
  const others = together([usePhotos((all) => all.others), useDeeds((all) => all.others)]);
  const count = photos + deeds;
  return (
    <>
      {count > 0 ? (
        <div className="bar" role="status">
          <Icon name="upload" />
          <span>
            {t("photo.queued", { n: count })}
            <small className="second">{t("photo.queued.text", { n: count })}</small>
          </span>
        </div>
      ) : null}
      {others.map(({ name, count: n }) => (
        <div key={name} className="bar others" role="status">
          <Icon name="person" />
          <span>
            {t("others.wait", { n, name })}
            <small className="second">{t("others.text", { name })}</small>
          </span>
        </div>
      ))}
    </>
  );
}
