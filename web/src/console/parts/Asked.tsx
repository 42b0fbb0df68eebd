import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { clock } from "../../look/format";
import { useMe } from "../../parts/session";
import { useStream } from "../../stream/store";
import { Loading } from "./Loading";
import { Wrong } from "./Wrong";

type Question<T> = Pick<UseQueryResult<T>, "data" | "error" | "refetch" | "dataUpdatedAt">;

/**
 * Shows what was asked of the gateway in each of its states: waiting, refused, there, and there but old
 * (the newest could not be read, or the connection is cut): old content stays, with its time.
 */
export function Asked<T>({ query, lines, children }: { query: Question<T>; lines?: number; children: (answer: T) => ReactNode }) {
  const { t } = useTranslation(["console", "common"]);
  const me = useMe();
  const cut = useStream((stream) => stream.link === "cut");
  const again = () => void query.refetch();
  if (query.data === undefined) {
    if (query.error) return <Wrong error={query.error} retry={again} />;
    return <Loading retry={again} {...(lines === undefined ? {} : { lines })} />;
  }
  const at = clock(query.dataUpdatedAt, me.site.timezone);
  const old = query.error ? t("wrong.older", { at }) : cut ? t("cut.older", { at }) : null;
  return (
    <div className={old ? "old" : undefined}>
      {old ? (
        <div className="told old-line" role="status">
          <p>{old}</p>
          <button type="button" className="button" onClick={again}>
            {t("common:retry")}
          </button>
        </div>
      ) : null}
      {children(query.data)}
    </div>
  );
}
