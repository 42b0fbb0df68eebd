import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Level } from "../api/views";
import { shapePath } from "../parts/Level";
import { apart } from "../parts/plan/spots";
import { say } from "../text/start";
import type { WallView } from "./asking";

type Spot = WallView["spots"][number];
const [WIDTH, HEIGHT] = [720, 590]; // as the part of the wall that it fills
const HOUSE = { wide: 150, tall: 96, apart: 12 };

/** Spreads whatever coordinates the site has over the picture, with room for a house all round. */
function spread(values: number[], from: number, to: number): (value: number) => number {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return (value) => (most - least < 0.01 ? (from + to) / 2 : from + ((value - least) / (most - least)) * (to - from));
}

/** Places with something open come apart where they would lie on each other. */
function readable(spots: Spot[]): Spot[] {
  const open = apart(spots.filter((spot) => spot.worst && spot.kind !== "building"), 0.17, 0.11);
  const moved = new Map(open.map((spot) => [spot.id, spot]));
  return spots.map((spot) => moved.get(spot.id) ?? spot);
}

/** The estate from above: grey is calm, a shape in a level's colour is not. */
export function WallPlan({ view }: { view: WallView }) {
  const { t } = useTranslation(["wall", "common"]);
  const spots = useMemo(() => readable(view.spots), [view.spots]);
  const across = spread(spots.map((spot) => spot.x), 85, WIDTH - 85);
  const down = spread(spots.map((spot) => spot.y), 60, HEIGHT - 60);
  const houses = spots.filter((spot) => spot.kind === "building");
  let scale = 1;
  houses.forEach((one, index) => {
    for (const other of houses.slice(index + 1)) {
      const [aside, below] = [Math.abs(across(one.x) - across(other.x)), Math.abs(down(one.y) - down(other.y))];
      scale = Math.min(scale, Math.max(aside / (HOUSE.wide + HOUSE.apart), below / (HOUSE.tall + HOUSE.apart)));
    }
  });
  const small = Math.max(0.4, scale);
  const worded = (spot: Spot) =>
    spot.worst ? t("plan.building", { name: say(spot.name), level: t(`common:level.${spot.worst}`), n: spot.count }) : t("plan.quiet", { name: say(spot.name) });
  // what is open is drawn last: nothing lies over it
  const order = [...spots].sort((a, b) => Number(a.worst !== null) - Number(b.worst !== null) || Number(b.kind === "building") - Number(a.kind === "building"));
  return (
    <section className="wall-part wall-plan">
      <h2>{t("plan.title")}</h2>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={spots.filter((spot) => spot.worst).map(worded).join(" ") || t("plan.title")}>
        <rect className="ground" width={WIDTH} height={HEIGHT} rx="14" />
        {order.map((spot) => (
          <g key={spot.id} className={spot.worst ? `tint ${spot.worst}` : ""} transform={`translate(${across(spot.x).toFixed(1)} ${down(spot.y).toFixed(1)})`}>
            {spot.kind === "building" ? <House spot={spot} scale={small} /> : spot.worst ? <Point level={spot.worst} count={spot.count} /> : <circle className="calm-point" r="7" />}
          </g>
        ))}
      </svg>
    </section>
  );
}

/** A house with its name inside, and below it what is open there. */
function House({ spot, scale }: { spot: Spot; scale: number }) {
  const { wide, tall } = HOUSE;
  const named = scale > 0.75; // narrower ones have room for what is open alone
  return (
    <>
      <rect className="house" x={(-wide / 2) * scale} y={(-tall / 2) * scale} width={wide * scale} height={tall * scale} rx="8" />
      {named ? (
        <text y={spot.worst ? -12 * scale : 10} className="house-name">
          {say(spot.name)}
        </text>
      ) : null}
      {spot.worst ? (
        <g transform={`translate(0 ${named ? 22 * scale : 0})`}>
          <Mark level={spot.worst} count={spot.count} />
        </g>
      ) : null}
    </>
  );
}

/** Something open outside the houses, on paper of its own. */
function Point({ level, count }: { level: Level; count: number }) {
  return (
    <>
      <rect className="paper" x="-46" y="-25" width="92" height="50" rx="8" />
      <Mark level={level} count={count} />
    </>
  );
}

function Mark({ level, count }: { level: Level; count: number }) {
  return (
    <>
      <svg x="-40" y="-18" width="36" height="36" viewBox="0 0 16 16">
        <path d={shapePath(level)} fill="currentColor" />
      </svg>
      <text x="20" y="12" className="house-count">
        {count}
      </text>
    </>
  );
}
