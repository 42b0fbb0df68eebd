import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../../parts/Icon";
import { csvOf, handOver } from "./csv";
import { anything, cells, type Figures } from "./figures";

/** The frame of every chart: its title, the same figures as a table at one press, and as CSV. Prints both. */
export function TableTwin({ title, figures, children }: { title: string; figures: Figures; children: ReactNode }) {
  const { t } = useTranslation("console");
  const [table, setTable] = useState(false);
  const there = anything(figures);
  return (
    <figure className="chart card">
      <figcaption>
        <h2>
          {title}
          {figures.unit ? <span className="second"> ({figures.unit})</span> : null}
        </h2>
        {there ? (
          <span className="no-print">
            <button type="button" className="button quiet" aria-pressed={table} onClick={() => setTable(!table)}>
              <Icon name={table ? "chart" : "list"} />
              {t(table ? "chart.chart" : "chart.table")}
            </button>
            <button type="button" className="button quiet" onClick={() => handOver(`${title}.csv`, csvOf(figures.head, cells(figures)))}>
              <Icon name="down" />
              {t("rows.csv")}
            </button>
          </span>
        ) : null}
      </figcaption>
      {!there ? <p className="second chart-none">{t("chart.nothing")}</p> : null}
      {there && !table ? (
        <div role="img" aria-label={t("chart.of", { title })}>
          {children}
        </div>
      ) : null}
      {there ? <Twin title={title} figures={figures} seen={table} /> : null}
    </figure>
  );
}

/** The table: always there for screen readers and paper, on the screen when it was asked for. */
function Twin({ title, figures, seen }: { title: string; figures: Figures; seen: boolean }) {
  return (
    <div className={seen ? "rows-scroll" : "rows-scroll only-heard on-paper"} {...(seen ? { tabIndex: 0 } : {})}>
      <table className="table twin">
        <caption className="only-heard">{title}</caption>
        <thead>
          <tr>
            {figures.head.map((name, place) => (
              <th key={name} scope="col" className={place > 0 ? "right" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figures.rows.map((row) => (
            <tr key={row[0]}>
              {row.map((value, place) =>
                place === 0 ? (
                  <th key={figures.head[0]} scope="row">
                    {value}
                  </th>
                ) : (
                  <td key={figures.head[place]} className="numbers right">
                    {value ?? "–"}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
