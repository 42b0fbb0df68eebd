import { useTranslation } from "react-i18next";

import { shapePath } from "../parts/Level";
import { say } from "../text/start";
import type { WallView } from "./asking";

type Spot = WallView["spots"][number];
const WIDTH = 720;

/** Spreads whatever coordinates the site has over the picture, with room for a house and its name all round. */
function spread(values: number[], from: number, to: number): (value: number) => number {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return (value) => (most - least < 0.01 ? (from + to) / 2 : from + ((value - least) / (most - least)) * (to - from));
}

/** The estate from above: grey is calm, a shape in a level's colour is not. */
export function WallPlan({ view }: { view: WallView }) {
  const { t } = useTranslation(["wall", "common"]);
  const { spots } = view;
  const tall = Math.round(WIDTH / view.plan_ratio);
  const across = spread(spots.map((spot) => spot.x), 80, WIDTH - 80);
  const down = spread(spots.map((spot) => spot.y), 60, tall - 80);
  const houses = spots.filter((spot) => spot.kind === "building");
  let scale = 1;
  houses.forEach((one, index) => {
    for (const other of houses.slice(index + 1)) {
      scale = Math.min(scale, Math.max(Math.abs(across(one.x) - across(other.x)) / 130, Math.abs(down(one.y) - down(other.y)) / 116));
    }
  });
  const worded = (spot: Spot) =>
    spot.worst ? t("plan.building", { name: say(spot.name), level: t(`common:level.${spot.worst}`), n: spot.count }) : t("plan.quiet", { name: say(spot.name) });
  return (
    <section className="wall-part wall-plan">
      <h2>{t("plan.title")}</h2>
      <svg viewBox={`0 0 ${WIDTH} ${tall}`} role="img" aria-label={spots.filter((spot) => spot.worst).map(worded).join(" ") || t("plan.title")}>
        <rect className="ground" width={WIDTH} height={tall} rx="14" />
        {spots.map((spot) => (
          <g key={spot.id} className={spot.worst ? `tint ${spot.worst}` : ""} transform={`translate(${across(spot.x).toFixed(1)} ${down(spot.y).toFixed(1)}) scale(${Math.max(0.5, scale).toFixed(2)})`}>
            {spot.kind === "building" ? (
              <>
                <rect className="house" x="-52" y="-36" width="104" height="66" rx="6" />
                <text y="58" className="house-name">
                  {say(spot.name)}
                </text>
              </>
            ) : spot.worst ? null : (
              <circle className="calm-point" r="6" />
            )}
            {spot.worst ? (
              <>
                <svg x={spot.kind === "building" ? -40 : -18} y="-20" width="36" height="36" viewBox="0 0 16 16">
                  <path d={shapePath(spot.worst)} fill="currentColor" />
                </svg>
                <text x={spot.kind === "building" ? 24 : 34} y="10" className="house-count">
                  {spot.count}
                </text>
              </>
            ) : null}
          </g>
        ))}
      </svg>
    </section>
  );
}
