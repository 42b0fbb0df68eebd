import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { type Column, EmptyYet, Rows, When } from "../../parts";
import type { Retention as Kept } from "./asking";
import { EditRetention } from "./EditRetention";
import { changeable } from "./spans";

/** What is kept how long, what happens then, who says so, and what people may ask for about themselves. */
export function Retention({ retention }: { retention: readonly Kept[] }) {
  const { t } = useTranslation("setup");
  const may = useMe().permissions.includes("settings.edit");
  const [editing, setEditing] = useState(false);
  const done = () => setEditing(false);
  return (
    <>
      <section>
        <h2>{t("nav.retention")}</h2>
        <p className="page-lead second">{t(may ? "kept.text" : "kept.text.look")}</p>
        {editing ? (
          <EditRetention spans={changeable(retention)} done={done} cancel={done} />
        ) : (
          <>
            {may && changeable(retention).length > 0 ? (
              <p className="row-of above no-print">
                <button type="button" className="button main" onClick={() => setEditing(true)}>
                  {t("kept.change")}
                </button>
              </p>
            ) : null}
            <Table retention={retention} />
          </>
        )}
      </section>
      <section>
        <h2>{t("privacy")}</h2>
        <ul className="setup-list">
          {t("privacy.text")
            .split("\n")
            .map((line) => (
              <li key={line}>{line}</li>
            ))}
        </ul>
      </section>
    </>
  );
}

function Table({ retention }: { retention: readonly Kept[] }) {
  const { t } = useTranslation("setup");
  const long = ({ span, days }: Kept) => (span ? t(`kept.${span.unit}`, { n: span.value }) : days === null ? t("kept.good") : t("kept.days", { n: days }));
  const columns: [Column<Kept>, ...Column<Kept>[]] = [
    {
      key: "what",
      title: t("kept.what"),
      value: (each) => say(each.name),
      cell: (each) => (
        <>
          {say(each.name)}
          {each.setting ? <code className="second kept-by">{each.setting}</code> : null}
        </>
      ),
    },
    { key: "long", title: t("kept.long"), value: (each) => each.days, cell: (each) => <span className="kept-long">{long(each)}</span>, numeric: true },
    { key: "then", title: t("kept.then"), value: (each) => say(each.then) },
    { key: "source", title: t("kept.source"), value: (each) => t(each.span ? `source.${each.span.source}` : "kept.fixed"), cell: (each) => <SourceOf line={each} /> },
  ];
  return <Rows caption={t("nav.retention")} rows={retention} columns={columns} id={(each) => each.what} empty={<EmptyYet icon="clock_turn" title={t("nav.retention")} />} />;
}

/** Who says how long: for what was changed on the page, who, when and why. */
function SourceOf({ line: { span } }: { line: Kept }) {
  const { t } = useTranslation("setup");
  if (span === null) return <>{t("kept.fixed")}</>;
  return (
    <>
      {t(`source.${span.source}`)}
      {span.variable ? <code className="second kept-by setup-path">{span.variable}</code> : null}
      {span.source === "page" && span.changed_by && span.changed_at ? (
        <span className="second kept-by">
          {span.changed_by.name} <When at={span.changed_at} />
          {span.reason ? <span lang="und"> · {span.reason}</span> : null}
        </span>
      ) : null}
    </>
  );
}
