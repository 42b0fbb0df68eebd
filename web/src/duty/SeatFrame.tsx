import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { clock } from "../look/format";
import { Icon, type IconName } from "../parts/Icon";
import { useMe } from "../parts/session";
import { Told } from "../parts/Told";
import { say } from "../text/start";
import { useStation } from "./station";

/** The frame of a page beside the desk: its name, what it is for behind “?”, what can be done with it. */
export function SeatFrame({ title, help, actions, children }: { title: string; help: string; actions?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation("seat");
  const { help: open, setHelp } = useStation();
  useEffect(() => () => setHelp(false), [setHelp]);
  return (
    <div className="seat-page">
      <header className="seat-head">
        <h2>{title}</h2>
        {actions}
        <button type="button" className="button quiet icon-only no-print" aria-expanded={open} aria-label={t("help")} title={`${t("help")} ?`} onClick={() => setHelp(!open)}>
          <Icon name="help" />
        </button>
      </header>
      {open ? (
        <p className="told seat-help" role="status">
          {help}
        </p>
      ) : null}
      {children}
    </div>
  );
}

/** What was asked of the gateway, in each state; what was known stays with its time when the newest cannot be read. */
export function Asked<T>({ query, children }: { query: UseQueryResult<T>; children: (answer: T) => ReactNode }) {
  const { t } = useTranslation(["seat", "common"]);
  const me = useMe();
  const waited = useWaited(query.data === undefined && !query.error);
  const why = query.error instanceof Refusal ? `${say(query.error.detail)} (${query.error.code})` : query.error?.message;
  const again = () => void query.refetch();
  if (query.data === undefined && query.error) {
    return (
      <Told title={t("common:failed")} role="alert" retry={again}>
        {why}
      </Told>
    );
  }
  if (query.data === undefined) {
    if (waited >= 10) return <Told retry={again}>{t("slow")}</Told>;
    return (
      <div aria-busy="true">
        {waited >= 0.2 ? <div className="skeleton seat-skeleton" /> : null}
        {waited >= 3 ? <p className="second">{t("loading")}</p> : null}
      </div>
    );
  }
  return (
    <>
      {query.error ? <Told role="status">{t("old", { at: clock(query.dataUpdatedAt, me.site.timezone), why: why ?? "" })}</Told> : null}
      {children(query.data)}
    </>
  );
}

/** Seconds waited so far, in the steps that matter. */
function useWaited(waiting: boolean): number {
  const [waited, setWaited] = useState(0);
  useEffect(() => {
    if (!waiting) return;
    setWaited(0);
    const timers = [0.2, 3, 10].map((seconds) => setTimeout(() => setWaited(seconds), seconds * 1000));
    return () => timers.forEach(clearTimeout);
  }, [waiting]);
  return waited;
}

export function Nothing({ icon = "shield", title, children }: { icon?: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="seat-nothing">
      <Icon name={icon} />
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}
