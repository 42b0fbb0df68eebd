import { useTranslation } from "react-i18next";

import type { Level } from "../api/views";
import { clock } from "../look/format";
import type { WallView } from "./asking";

const LEVELS: Level[] = ["L4", "L3", "L2", "L1"]; // the gravest stands on top
const [WIDTH, HEIGHT, FOOT] = [720, 220, 34];
const END = 24; // the last hour's words reach over its bar
const STEP = WIDTH / 24;

/** Alerts by the hour as bars, the levels one above the other; the same figures as a table for who cannot see them. */
export function Hours({ view, large = false }: { view: WallView; large?: boolean }) {
  const { t } = useTranslation(["wall", "common"]);
  const sums = view.hours.map((hour) => LEVELS.reduce((sum, level) => sum + (hour.counts[level] ?? 0), 0));
  const most = Math.max(4, ...sums);
  const total = sums.reduce((sum, each) => sum + each, 0);
  return (
    <>
      <h2>
        {t("hours.title")} <span className="second numbers">{t("hours.total", { n: total })}</span>
      </h2>
      <svg className={large ? "wall-bars large" : "wall-bars"} viewBox={`0 0 ${WIDTH + END} ${HEIGHT + FOOT}`} aria-hidden="true">
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className="axis" />
        {view.hours.map((hour, place) => {
          let top = HEIGHT;
          return (
            <g key={hour.begin} transform={`translate(${place * STEP} 0)`}>
              {LEVELS.map((level) => {
                const tall = ((hour.counts[level] ?? 0) / most) * (HEIGHT - 26);
                top -= tall;
                return tall > 0 ? <rect key={level} className={`tint ${level}`} x="3" width={STEP - 6} y={top} height={tall} fill="currentColor" /> : null;
              })}
              {(sums[place] ?? 0) > 0 ? (
                <text x={STEP / 2} y={top - 6} className="figure">
                  {sums[place]}
                </text>
              ) : null}
              {place % 4 === 3 ? (
                <text x={STEP / 2} y={HEIGHT + 27}>
                  {clock(hour.begin, view.timezone, true)}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      <table className="only-heard">
        <caption>{t("hours.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("hours.hour")}</th>
            {LEVELS.map((level) => (
              <th key={level} scope="col">
                {t(`common:level.${level}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.hours.map((hour) => (
            <tr key={hour.begin}>
              <th scope="row">{clock(hour.begin, view.timezone, true)}</th>
              {LEVELS.map((level) => (
                <td key={level}>{hour.counts[level] ?? 0}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
