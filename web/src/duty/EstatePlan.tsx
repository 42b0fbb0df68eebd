import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { places as readPlaces } from "../api/gateway";
import type { Marker, PlaceTree } from "../api/views";
import { shapePath } from "../parts/Level";
import { say } from "../text/start";
import { aside } from "./aside";
import { byPlace, inOrder, isActive, type Row, type Worst } from "./rows";
import { useStation } from "./station";

const WIDTH = 320;

interface Frame {
  height: number;
  at: (marker: Marker) => { x: number; y: number };
  /** Houses shrink when they would stand in each other's way. */
  scale: number;
}

/** Fits whatever coordinates the site has into the picture, with room for half a house and its name all round. */
function frameOf(tree: PlaceTree): Frame {
  const { markers, width, height } = tree.plan;
  const tall = Math.round((WIDTH * height) / Math.max(1, width));
  const stretch = (values: number[], from: number, to: number) => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return (value: number) => (most - least < 0.01 ? (from + to) / 2 : from + ((value - least) / (most - least)) * (to - from));
  };
  const across = stretch(markers.map((marker) => marker.x), 42, WIDTH - 42);
  const down = stretch(markers.map((marker) => marker.y), 36, tall - 48);
  const at = (marker: Marker) => ({ x: across(marker.x), y: down(marker.y) });
  const houses = markers.filter((marker) => marker.kind === "building").map(at);
  let scale = 1;
  houses.forEach((one, index) => {
    for (const other of houses.slice(index + 1)) {
      scale = Math.min(scale, Math.max(Math.abs(one.x - other.x) / 76, Math.abs(one.y - other.y) / 64));
    }
  });
  const shown = Math.max(0.5, scale);
  const clear = (marker: Marker) => (marker.kind === "building" ? at(marker) : aside(at(marker), houses, { wide: WIDTH, tall, scale: shown }));
  return { height: tall, at: clear, scale: shown };
}

/** The estate from above, drawn from the place tree: grey is calm, a shape in a level's colour is not. */
export function EstatePlan({ rows }: { rows: Row[] }) {
  const { t } = useTranslation(["duty", "common"]);
  const places = useQuery({ queryKey: ["places"], queryFn: readPlaces, staleTime: 600_000 });
  const { building, setBuilding, setTab } = useStation();
  const tree = places.data;
  if (!tree) return <section className="side-part plan-place skeleton" aria-busy="true" />;
  const frame = frameOf(tree);
  const worst = byPlace(rows);
  const { height } = frame;
  const open = (id: string) => {
    const row = inOrder(rows.filter((each) => each.building === id && isActive(each)))[0];
    if (row && row.tab !== "gone") setTab(row.tab);
    setBuilding(building === id ? null : id);
  };
  return (
    <section className="side-part" aria-labelledby="plan-title">
      <h2 id="plan-title">{t("plan.title")}</h2>
      <svg className="plan" viewBox={`0 0 ${WIDTH} ${height}`} role="group" aria-label={t("plan.alt")}>
        <rect className="ground" width={WIDTH} height={height} rx="10" />
        <Roads markers={buildingsOf(tree)} frame={frame} />
        {tree.plan.markers.filter((marker) => marker.kind !== "building").map((marker) => (
          <Point key={marker.id} marker={marker} frame={frame} state={worst[marker.id]} />
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
              aria-pressed={building === marker.id}
              className={`house${state ? ` tint ${state.level}` : ""}${building === marker.id ? " chosen" : ""}`}
              transform={place(marker, frame)}
              onClick={() => open(marker.id)}
              onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), open(marker.id))}
            >
              <title>{words}</title>
              <rect x="-29" y="-22" width="58" height="42" rx="4" />
              <text y="34" className={isLong(name) ? "house-name long" : "house-name"}>
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

const NAME_EMS = 4.3; // of a house's ground at full size

/** A long name is written smaller, so that it does not run into its neighbour's: a Chinese character is as wide as high. */
function isLong(name: string): boolean {
  return [...name].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 1 : 0.47), 0) > NAME_EMS;
}

const buildingsOf = (tree: PlaceTree): Marker[] => tree.plan.markers.filter((marker) => marker.kind === "building");

function place(marker: Marker, frame: Frame): string {
  const { x, y } = frame.at(marker);
  return `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${frame.scale.toFixed(2)})`;
}

/** Paths run between the rows of houses; they give the eye a hold and mean nothing else. */
function Roads({ markers, frame }: { markers: Marker[]; frame: Frame }) {
  const rows = [...new Set(markers.map((marker) => Math.round(frame.at(marker).y / 12) * 12))].sort((a, b) => a - b);
  const between = rows.slice(1).map((y, index) => (y + (rows[index] ?? y)) / 2 + 8);
  return (
    <g className="roads">
      {between.map((y) => (
        <line key={y} x1="10" x2={WIDTH - 10} y1={y} y2={y} />
      ))}
    </g>
  );
}

/** A gate, a shed, a wall: a dot while it is calm, the shape of its worst level when it is not. The list names it. */
function Point({ marker, frame, state }: { marker: Marker; frame: Frame; state: Worst | undefined }) {
  const { t } = useTranslation(["duty", "common"]);
  const name = say(marker.name);
  if (!state) {
    return (
      <g className="point" transform={place(marker, frame)}>
        <title>{name}</title>
        <circle r="3.5" />
      </g>
    );
  }
  return (
    <g className={`tint ${state.level}`} transform={place(marker, frame)}>
      <title>{t("plan.building", { name, level: t(`common:level.${state.level}`), n: state.count })}</title>
      <svg x="-11" y="-11" width="22" height="22" viewBox="0 0 16 16">
        <path d={shapePath(state.level)} fill="currentColor" />
      </svg>
    </g>
  );
}
