import "./audit.css";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, Choice, type Column, EmptyYet, Filters, Page, PickSpan, PrintButton, Rows, Search, StateTag, useSpan, useUrl, When, Wrong } from "../../parts";
import { type Entry, entries, verified } from "./asking";
import { page } from "./page";
import { csvAddress, GROUPS, inShort } from "./wanted";

/** Who did what when: searched, taken away, and proven to be as it was written. */
export default function Audit() {
  const { t } = useTranslation("audit");
  const me = useMe();
  const span = useSpan("week");
  const [who] = useUrl("who");
  const [action] = useUrl("action");
  const [about] = useUrl("about");
  const wanted = { who, action, about, ...span };
  const found = useInfiniteQuery(entries(wanted));
  const columns: [Column<Entry>, ...Column<Entry>[]] = [
    { key: "at", title: t("at"), value: (row) => row.at, cell: (row) => <When at={row.at} /> },
    { key: "actor", title: t("who"), value: (row) => row.actor, cell: (row) => <span lang="und">{row.actor}</span> },
    { key: "action", title: t("did"), value: (row) => row.action },
    { key: "object", title: t("about"), value: (row) => row.object, cell: (row) => <span lang="und">{row.object}</span> },
    { key: "facts", title: t("facts"), value: (row) => inShort(row.facts), cell: (row) => <span lang="und">{inShort(row.facts) || "–"}</span> },
    { key: "id", title: t("number"), value: (row) => row.id, numeric: true },
  ];
  const take = me.permissions.includes("audit.export") ? (
    <a className="button" href={csvAddress(wanted)} download>
      <Icon name="down" />
      {t("take")}
    </a>
  ) : null;
  return (
    <Page
      title={say(page.title)}
      help={{ for: t("help.for"), do: t("help.do") }}
      lead={t("lead")}
      actions={
        <>
          {take}
          <PrintButton />
        </>
      }
    >
      <Whole />
      <section>
        <h2>{t("rows")}</h2>
        <div className="filters no-print">
          <PickSpan start="week" />
        </div>
        <Filters>
          <Search name="who" label={t("who.filter")} />
          <Choice name="action" label={t("did")} options={GROUPS.map((each) => ({ value: each, label: t(`group.${each}`) }))} />
          <Search name="about" label={t("about")} />
        </Filters>
        <Asked query={found} lines={8}>
          {({ pages }) => (
            <Rows
              caption={t("rows")}
              rows={pages.flatMap((each) => each.items)}
              columns={columns}
              id={(row) => String(row.id)}
              filters={["who", "action", "about"]}
              more={found.hasNextPage ? () => void found.fetchNextPage() : null}
              empty={<EmptyYet icon="log" title={t("none")} />}
            />
          )}
        </Asked>
      </section>
    </Page>
  );
}

function Whole() {
  const { t } = useTranslation("audit");
  const found = useQuery(verified);
  const answer = found.data;
  return (
    <section className="card audit-whole">
      <div>
        <p>{t("whole.text")}</p>
        <button type="button" className="button no-print" disabled={found.isFetching} onClick={() => void found.refetch()}>
          <Icon name="shield" />
          {t(found.isFetching ? "whole.busy" : "whole.check")}
        </button>
      </div>
      <div role="status">
        {found.error ? <Wrong error={found.error} retry={() => void found.refetch()} /> : null}
        {answer ? (
          <>
            <StateTag tone={answer.whole ? "good" : "bad"}>{t(answer.whole ? "whole.yes" : "whole.no")}</StateTag>
            {answer.fault ? <p>{say(answer.fault)}</p> : null}
            <p className="second numbers">
              {t("whole.rows", { n: answer.rows, ms: answer.took_ms })} · <When at={answer.at} />
            </p>
          </>
        ) : null}
      </div>
    </section>
  );
}
