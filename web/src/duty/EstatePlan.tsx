import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { places as readPlaces } from "../api/gateway";
import type { Marker, PlaceTree } from "../api/views";
import { shapePath } from "../parts/Level";
import { say } from "../text/start";
import { byBuilding, type Row } from "./rows";
import { useStation } from "./station";

const WIDTH = 320;
// room for half a house and its name on every side
const across = (x: number): string => (38 + x * (WIDTH - 76)).toFixed(1);
const down = (y: number, height: number): string => (24 + y * (height - 66)).toFixed(1);

/** The estate from above, drawn from the place tree: grey is calm, a shape in a level's colour is not. */
export function EstatePlan({ rows }: { rows: Row[] }) {
  const { t } = useTranslation(["duty", "common"]);
  const places = useQuery({ queryKey: ["places"], queryFn: readPlaces, staleTime: 600_000 });
  const { building, setBuilding, setTab } = useStation();
  const worst = byBuilding(rows);
  const tree = places.data;
  if (!tree) return <section className="side-part plan-place skeleton" aria-busy="true" />;
  const height = Math.round((WIDTH * tree.plan.height) / Math.max(1, tree.plan.width));
  const open = (id: string) => {
    const row = rows.find((each) => each.building === id && each.tab !== "gone");
    if (row && row.tab !== "gone") setTab(row.tab);
    setBuilding(building === id ? null : id);
  };
  return (
    <section className="side-part" aria-labelledby="plan-title">
      <h2 id="plan-title">{t("plan.title")}</h2>
      <svg className="plan" viewBox={`0 0 ${WIDTH} ${height}`} role="group" aria-label={t("plan.alt")}>
        <rect className="ground" width={WIDTH} height={height} rx="10" />
        <Roads markers={buildingsOf(tree)} height={height} />
        {tree.plan.markers.filter((marker) => marker.kind !== "building").map((marker) => (
          <Point key={marker.id} marker={marker} height={height} />
        ))}
        {buildingsOf(tree).map((marker) => {
          const state = worst[marker.id];
          const name = say(marker.name);
          const words = state ? t("plan.building", { name, level: t(`common:level.${state.level}`), n: state.count }) : t("plan.quiet", { name });
          return (
            <g
              key={marker.id}
              role="button"
              tabIndex={0}
              aria-label={words}
              aria-pressed={building === marker.id}
              className={`house${state ? ` tint ${state.level}` : ""}${building === marker.id ? " chosen" : ""}`}
              transform={`translate(${across(marker.x)} ${down(marker.y, height)})`}
              onClick={() => open(marker.id)}
              onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), open(marker.id))}
            >
              <title>{words}</title>
              <rect x="-29" y="-19" width="58" height="38" rx="4" />
              <text y="34" className="house-name">
                {name}
              </text>
              {state ? (
                <g>
                  <svg x="-22" y="-11" width="22" height="22" viewBox="0 0 16 16">
                    <path d={shapePath(state.level)} fill="currentColor" />
                  </svg>
                  <text x="14" y="6" className="house-count">
                    {state.count}
                  </text>
                </g>
              ) : null}
            </g>
          );
        })}
      </svg>
    </section>
  );
}

const buildingsOf = (tree: PlaceTree): Marker[] => tree.plan.markers.filter((marker) => marker.kind === "building");

/** Paths run between the rows of houses; they give the eye a hold and mean nothing else. */
function Roads({ markers, height }: { markers: Marker[]; height: number }) {
  const rows = [...new Set(markers.map((marker) => Math.round(marker.y * 20) / 20))].sort((a, b) => a - b);
  const between = rows.slice(1).map((y, index) => Number(down((y + (rows[index] ?? y)) / 2, height)) + 9);
  return (
    <g className="roads">
      {between.map((y) => (
        <line key={y} x1="10" x2={WIDTH - 10} y1={y} y2={y} />
      ))}
    </g>
  );
}

function Point({ marker, height }: { marker: Marker; height: number }) {
  return (
    <g className="point" transform={`translate(${across(marker.x)} ${down(marker.y, height)})`}>
      <title>{say(marker.name)}</title>
      <circle r="3.5" />
    </g>
  );
}
