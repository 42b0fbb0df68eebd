import { useTranslation } from "react-i18next";

import type { WallView } from "./asking";
import { compared } from "./turns";

const FIGURES = ["alerts", "cases", "closed", "false"] as const;

/** Today against yesterday up to the same time, and against the same day last year where that is kept. */
export function Day({ view }: { view: WallView }) {
  const { t } = useTranslation("wall");
  const { today, yesterday, last_year } = view;
  return (
    <>
      <h2>{t("day.title")}</h2>
      <table className="wall-figures numbers">
        <thead>
          <tr>
            <th scope="col">
              <span className="only-heard">{t("day.what")}</span>
            </th>
            <th scope="col">{t("day.today")}</th>
            <th scope="col">{t("day.yesterday")}</th>
            {last_year ? <th scope="col">{t("day.last_year")}</th> : null}
          </tr>
        </thead>
        <tbody>
          {FIGURES.map((figure) => {
            const { key, n } = compared(today[figure], yesterday[figure]);
            return (
              <tr key={figure}>
                <th scope="row">{t(`day.${figure}`)}</th>
                <td>
                  <b>{today[figure]}</b>
                </td>
                <td>
                  {yesterday[figure]}{" "}
                  <span className="second">
                    <span aria-hidden="true">{key === "more" ? "▲" : key === "fewer" ? "▼" : "＝"}</span> {t(`day.${key}`, { n })}
                  </span>
                </td>
                {last_year ? <td>{last_year[figure]}</td> : null}
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
