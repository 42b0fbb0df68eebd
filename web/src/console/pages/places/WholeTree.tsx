import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { say } from "../../../text/start";
import { Asked, EmptyFiltered, EmptyYet, Filters, Search, useUrl } from "../../parts";
import { AddPlace } from "./AddPlace";
import { find, inside } from "./asking";
import { Branches } from "./Branches";
import { Frame } from "./Frame";

/** All places as a tree that opens level by level, and a search by what people call them. */
export function WholeTree() {
  const { t } = useTranslation("places");
  const [q, setQ] = useUrl("find");
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const top = useQuery(inside(null));
  const generate = (
    <Link className="button main" to="/places/new">
      {t("generate")}
    </Link>
  );
  const add = (
    <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAdding(true)}>
      {t("add")}
    </button>
  );
  return (
    <Frame
      actions={
        <>
          {generate}
          {add}
        </>
      }
    >
      <Filters>
        <Search name="find" label={t("find")} />
      </Filters>
      {q.trim() ? (
        <Found q={q.trim()} clear={() => setQ("")} />
      ) : (
        <Asked query={top} lines={8}>
          {({ items, total, shared }) =>
            items.length === 0 ? (
              <EmptyYet icon="building" title={t("none")}>
                {generate}
              </EmptyYet>
            ) : (
              <>
                <p role="status" className="numbers places-sum">
                  {t("sum", { n: total })}
                </p>
                <Shared shared={shared} />
                <nav className="card places-tree" aria-label={t("tree")}>
                  <Branches places={items} />
                </nav>
              </>
            )
          }
        </Asked>
      )}
      {adding ? <AddPlace parent={null} onDone={() => void queries.invalidateQueries({ queryKey: ["places"] })} onClose={() => setAdding(false)} /> : null}
    </Frame>
  );
}

function Found({ q, clear }: { q: string; clear: () => void }) {
  const { t } = useTranslation("places");
  const found = useQuery(find(q));
  return (
    <Asked query={found} lines={3}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyFiltered clear={clear} />
        ) : (
          <nav className="card places-tree" aria-label={t("found")}>
            <ul>
              {items.map((each) => (
                <li key={each.id}>
                  <Link className="row-link" to={`/places/${encodeURIComponent(each.id)}`}>
                    {each.way.map((part) => say(part)).join(" › ")}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        )
      }
    </Asked>
  );
}

/** Names that several places have: whoever says one of them is not understood. */
function Shared({ shared }: { shared: Readonly<Record<string, readonly string[]>> }) {
  const { t } = useTranslation("places");
  const names = Object.entries(shared);
  if (names.length === 0) return null;
  return (
    <details className="told places-shared">
      <summary>{t("shared", { n: names.length })}</summary>
      <ul>
        {names.slice(0, 50).map(([name, ids]) => (
          <li key={name}>
            <span lang="zh">{name}</span>{" "}
            {ids.map((id) => (
              <Link key={id} className="places-id" to={`/places/${encodeURIComponent(id)}`}>
                {id}
              </Link>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}
