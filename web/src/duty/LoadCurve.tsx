import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { shiftLoad } from "../api/gateway";
import { clock } from "../look/format";
import { useMe } from "../parts/session";
import { barsOf } from "./bars";

const EVERY_MS = 60_000;
const [WIDTH, HEIGHT] = [300, 56];

/** The load of the shift in steps of ten minutes: a picture, and the same figures as a table for who cannot see it. */
export function LoadCurve() {
  const { t } = useTranslation("duty");
  const me = useMe();
  const found = useQuery({ queryKey: ["shift-load"], queryFn: shiftLoad, refetchInterval: EVERY_MS, enabled: me.permissions.includes("load.read") });
  const windows = found.data?.windows ?? [];
  if (windows.length < 2) return null;
  const at = (index: number) => clock(windows[index]?.at ?? "", me.site.timezone, true);
  return (
    <div className="load-curve">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" preserveAspectRatio="none">
        {barsOf(windows.map((each) => each.alarms), WIDTH, HEIGHT).map((bar, index) => (
          <rect key={index} className={bar.over ? "over" : ""} x={bar.x} y={bar.y} width={bar.width} height={bar.height} />
        ))}
      </svg>
      <p className="load-axis second numbers" aria-hidden="true">
        <span>{at(0)}</span>
        <span>{t("load.curve")}</span>
        <span>{clock(found.data?.at ?? "", me.site.timezone, true)}</span>
      </p>
      <table className="only-heard">
        <caption>{t("load.curve")}</caption>
        <tbody>
          {windows.map((each, index) => (
            <tr key={each.at}>
              <th scope="row">{at(index)}</th>
              <td>{t("load.count", { n: each.alarms })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
