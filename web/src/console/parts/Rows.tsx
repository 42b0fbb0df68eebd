import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { Icon } from "../../parts/Icon";
import { useMe } from "../../parts/session";
import { type Column as Plain, nextSort, paged, searched, sorted, wordOf } from "./arrange";
import { csvOf, handOver } from "./csv";
import { EmptyFiltered } from "./Empty";
import { useDeed } from "./useDeed";
import { useSetUrl, useUrl } from "./useUrl";
import { readable } from "./zone";

export interface Column<Row> extends Plain<Row> {
  /** How it looks; without it, `value` is shown. */
  cell?: (row: Row) => ReactNode;
}

interface Given<Row> {
  /** What the rows are: said by screen readers, printed, the name of the CSV. */
  caption: string;
  rows: readonly Row[];
  columns: readonly [Column<Row>, ...Column<Row>[]];
  id: (row: Row) => string;
  /** The address of a row's own page. */
  link?: (row: Row) => string;
  /** The names in the address that this page filters by, for “clear the filters”. The page filters, then gives `rows`. */
  filters?: readonly string[];
  /** How many there are before filtering, if not as many as `rows`. */
  all?: number;
  /** The gateway has more (paging by cursor): what fetches them. */
  more?: (() => void) | null;
  /** The same as a workbook, where the API makes one. */
  xlsx?: string;
  /** What stands there while there is nothing at all. */
  empty: ReactNode;
  pageSize?: number;
  /** The gateway searches, orders and cuts into pages: what it answered, and how all that fits is fetched for the CSV. */
  served?: { found: number; page: number; pages: number; whole: () => Promise<readonly Row[]> };
}

/**
 * Rows with heads that sort, a search in the address (`q`), pages, a page of its own behind each row, CSV.
 * Narrow screens see each row as a card.
 */
export function Rows<Row>({ caption, rows, columns, id, link, filters = [], all, more, xlsx, empty, pageSize = 50, served }: Given<Row>) {
  const { t } = useTranslation("console");
  const [sort, setSort] = useUrl("sort");
  const [search] = useUrl("q");
  const [page, setPage] = useUrl("page");
  const set = useSetUrl();
  const clear = () => set(Object.fromEntries(["q", ...filters].map((name) => [name, ""])));
  const go = useNavigate();
  const sorter = useId();
  const deed = useDeed();
  const zone = useMe().site.timezone;
  const found = served ? rows : sorted(searched(rows, columns, search), columns, sort);
  const shown = served ? { ...served, rows } : paged(found, Number(page || 1), pageSize);
  const count = served?.found ?? found.length;
  const total = all ?? rows.length;
  if (total === 0) return <>{empty}</>;
  const download = async () => {
    const whole = served ? await served.whole() : found;
    handOver(
      `${caption}.csv`,
      csvOf(
        columns.map((column) => column.title),
        whole.map((row) => columns.map((column) => readable(wordOf(column, row), zone))),
      ),
    );
  };
  const open = (row: Row, target: EventTarget) => {
    const pressed = target instanceof Element && target.closest("a, button, input, select, label, summary");
    if (link && !pressed && !window.getSelection()?.toString()) void go(link(row));
  };
  return (
    <section className="rows" aria-label={caption}>
      <div className="rows-head">
        <p role="status" className="numbers">
          {count === total ? t("rows.summary", { n: total }) : t("rows.of", { n: count, all: total })}
        </p>
        <div className="rows-sort">
          <label htmlFor={sorter}>{t("rows.sort")}</label>
          <select id={sorter} className="input" value={sort} onChange={(event) => setSort(event.target.value)}>
            <option value="">{t("rows.sort.none")}</option>
            {columns.flatMap((column) => [
              <option key={column.key} value={column.key}>{`${column.title} ↑`}</option>,
              <option key={`-${column.key}`} value={`-${column.key}`}>{`${column.title} ↓`}</option>,
            ])}
          </select>
        </div>
        <div className="rows-take no-print">
          <button type="button" className="button quiet" disabled={deed.busy} onClick={() => void deed.act(download)}>
            <Icon name="down" />
            {t("rows.csv")}
          </button>
          {xlsx ? (
            <a className="button quiet" href={xlsx} download>
              <Icon name="down" />
              {t("rows.xlsx")}
            </a>
          ) : null}
        </div>
      </div>
      {count === 0 ? (
        <EmptyFiltered clear={clear} />
      ) : (
        <div className="rows-scroll">
          <table className="table" role="table">
            <caption className="only-heard">{caption}</caption>
            <thead role="rowgroup">
              <tr role="row">
                {columns.map((column) => (
                  <Head key={column.key} column={column} sort={sort} press={() => setSort(nextSort(sort, column.key))} />
                ))}
              </tr>
            </thead>
            <tbody role="rowgroup">
              {shown.rows.map((row) => (
                <tr role="row" key={id(row)} className={link ? "linked" : undefined} onClick={(event) => open(row, event.target)}>
                  {columns.map((column, place) => (
                    <td role="cell" key={column.key} data-label={column.title} className={looks(column, row)}>
                      {link && place === 0 ? (
                        <Link className="row-link" to={link(row)}>
                          {column.cell?.(row) ?? column.value(row)}
                        </Link>
                      ) : (
                        (column.cell?.(row) ?? column.value(row) ?? "–")
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="rows-foot no-print">
        {shown.pages > 1 ? (
          <>
            <button type="button" className="button" disabled={shown.page === 1} onClick={() => setPage(String(shown.page - 1))}>
              {t("rows.previous")}
            </button>
            <span className="numbers">{t("rows.page", { n: shown.page, all: shown.pages })}</span>
            <button type="button" className="button" disabled={shown.page === shown.pages} onClick={() => setPage(String(shown.page + 1))}>
              {t("rows.next")}
            </button>
          </>
        ) : null}
        {more ? (
          <button type="button" className="button" onClick={more}>
            {t("rows.more")}
          </button>
        ) : null}
      </div>
    </section>
  );
}

const BRIEF = 12;

/** Figures stand at the right; what is written in a few letters stays in one line. */
function looks<Row>(column: Column<Row>, row: Row): string | undefined {
  if (column.numeric) return "numbers right";
  const value = column.cell ? null : column.value(row);
  return typeof value === "string" && value.length <= BRIEF ? "brief" : undefined;
}

function Head<Row>({ column, sort, press }: { column: Column<Row>; sort: string; press: () => void }) {
  const way = sort === column.key ? "ascending" : sort === `-${column.key}` ? "descending" : "none";
  return (
    <th role="columnheader" scope="col" aria-sort={way} className={column.numeric ? "right" : undefined}>
      <button type="button" className="sorter" onClick={press}>
        {column.title}
        <span aria-hidden="true">{way === "ascending" ? " ↑" : way === "descending" ? " ↓" : ""}</span>
      </button>
    </th>
  );
}
