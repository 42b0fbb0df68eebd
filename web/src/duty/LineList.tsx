import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { places as readPlaces } from "../api/gateway";
import type { Bilingual } from "../api/views";
import { clock } from "../look/format";
import { Icon } from "../parts/Icon";
import { useMe } from "../parts/session";
import { useStream } from "../stream/store";
import { say } from "../text/start";
import { LevelShape } from "../parts/Level";
import { type Group, isFolded } from "./grouping";
import { Line } from "./Line";
import { ListTools } from "./ListTools";
import { TABS } from "./rows";
import { useStation } from "./station";
import type { List } from "./useList";

/** Tabs and lines. The order stands still while somebody points at it; what is held back is told at the top. */
export function LineList({ list, open }: { list: List; open: string | null }) {
  const { t } = useTranslation("duty");
  const { tab, setTab, building, setBuilding } = useStation();
  const waiting = useStream((stream) => stream.live.waiting);
  const urgent = list.held.some((row) => row.level === "L1" && !list.shown.includes(row));
  const count = (each: string) => list.all.filter((row) => row.tab === each).length;
  const places = useQuery({ queryKey: ["places"], queryFn: readPlaces, staleTime: 600_000 });
  const marker = places.data?.plan.markers.find((each) => each.id === building);
  const name = say(marker?.name) || (building ?? "");
  return (
    <section className="lines-pane" aria-label={t("list")}>
      <div className="tabs" role="group" aria-label={t("tabs")}>
        {TABS.map((each) => (
          <button key={each} type="button" aria-pressed={tab === each} onClick={() => setTab(each)}>
            {t(`tab.${each}`)} <span className="numbers">{count(each)}</span>
          </button>
        ))}
      </div>
      <ListTools shown={list.shown} />
      {building !== null ? (
        <button type="button" className="button filter" onClick={() => setBuilding(null)}>
          <Icon name="wrong" />
          {t("filter.building", { name })} · {t("filter.clear")}
        </button>
      ) : null}
      <ul
        className="lines"
        onPointerEnter={(event) => event.pointerType === "mouse" && list.pointer(true)}
        onPointerLeave={() => list.pointer(false)}
        onFocus={() => list.focus(true)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && list.focus(false)}
      >
        {list.groups.length > 0
          ? list.groups.map((group) => <GroupOf key={group.key} group={group} open={open} tab={tab} />)
          : list.shown.map((row) => <Line key={row.key} row={row} open={row.key === open} gone={row.tab !== tab} />)}
      </ul>
      {waiting ? <Skeleton /> : list.shown.length === 0 && list.groups.length === 0 ? <Empty calm={list.all.every((row) => row.tab === "gone")} filtered={building !== null} /> : null}
      <div className="held-place" aria-live="polite">
        {list.held.length > 0 ? (
          <button type="button" className={urgent ? "held urgent" : "held"} onClick={list.release}>
            {t(urgent ? "held.urgent" : "held", { n: list.held.length })}
          </button>
        ) : null}
      </div>
    </section>
  );
}

/** A head with how many and how bad, and the lines below it unless it is folded. */
function GroupOf({ group, open, tab }: { group: Group; open: string | null; tab: string }) {
  const { t } = useTranslation(["duty", "common"]);
  const { turned, turn } = useStation();
  const places = useQuery({ queryKey: ["places"], queryFn: readPlaces, staleTime: 600_000 });
  const folded = isFolded(group, turned);
  const named = (name: Bilingual) => say(places.data?.plan.markers.find((marker) => marker.id === name.zh)?.name) || say(name);
  const words = group.names === null ? t(`common:level.${group.worst}`) : group.names.map(named).join(" · ");
  return (
    <>
      <li className="group-head">
        <button type="button" aria-expanded={!folded} onClick={() => turn(group.key)}>
          <span className={`tint ${group.worst}`}>
            <LevelShape level={group.worst} />
            <span className="only-heard">{t(`common:level.${group.worst}`)}</span>
          </span>
          <b>{words}</b>
          <span className="numbers">{t("group.count", { n: group.rows.length })}</span>
        </button>
      </li>
      {folded ? null : group.rows.map((row) => <Line key={row.key} row={row} open={row.key === open} gone={row.tab !== tab} />)}
    </>
  );
}

function Skeleton() {
  return (
    <div aria-hidden="true" className="line-skeletons">
      {[0, 1, 2].map((each) => (
        <div key={each} className="skeleton" />
      ))}
    </div>
  );
}

function Empty({ calm, filtered }: { calm: boolean; filtered: boolean }) {
  const { t } = useTranslation("duty");
  const me = useMe();
  const { live } = useStream();
  if (!calm) return <p className="empty second">{t(filtered ? "empty.filter" : "empty.tab")}</p>;
  return (
    <div className="empty">
      <Icon name="shield" />
      <p className="empty-title">{t("empty.ok")}</p>
      {live.at ? <p className="second numbers">{t("empty.checked", { at: clock(live.at, me.site.timezone) })}</p> : null}
      {live.health ? <p className="second numbers">{t("empty.devices", live.health.devices)}</p> : null}
    </div>
  );
}
