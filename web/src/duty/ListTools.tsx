import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../parts/session";
import { useStream } from "../stream/store";
import { Icon } from "../parts/Icon";
import { together } from "./batch";
import { FALSE_REASONS } from "./FalsePanel";
import { type Batch, fitting } from "./may";
import type { Row } from "./rows";
import { useStation } from "./station";
import { go } from "./where";

/** What can be done with the list as a whole; every key of the list has its button here. */
export function ListTools({ shown }: { shown: Row[] }) {
  const { t } = useTranslation("duty");
  const { chosen, choose, grouping, nextGrouping } = useStation();
  const me = useMe();
  if (chosen !== null) return <Choosing shown={shown} chosen={chosen} />;
  return (
    <div className="list-tools" role="group" aria-label={t("tools")}>
      <button type="button" className="button small" onClick={() => choose(new Set())}>
        {t("tools.choose")} <kbd aria-hidden="true">X</kbd>
      </button>
      <button type="button" className="button small" onClick={nextGrouping}>
        {t(`tools.group.${grouping}`)} <kbd aria-hidden="true">G</kbd>
      </button>
      {me.permissions.includes("incidents.read") ? (
        <button type="button" className="button small" onClick={() => go("/duty/search")}>
          {t("tools.search")} <kbd aria-hidden="true">/</kbd>
        </button>
      ) : null}
    </div>
  );
}

const STEPS: Batch[] = ["confirm", "dispatch", "false", "merge"];

/** Several lines at once. What can be chosen together is what is on the screen, never “everything”. */
function Choosing({ shown, chosen }: { shown: Row[]; chosen: ReadonlySet<string> }) {
  const { t } = useTranslation(["duty", "common"]);
  const { choose } = useStation();
  const cut = useStream((stream) => stream.link === "cut");
  const [busy, setBusy] = useState(false);
  const [why, setWhy] = useState(false);
  const rows = shown.filter((row) => chosen.has(row.key));
  const run = async (batch: Batch, code = "") => {
    setBusy(true);
    setWhy(false);
    await together(rows, batch, code);
    setBusy(false);
  };
  return (
    <div className="list-tools choosing" role="group" aria-label={t("batch.title")}>
      <b className="numbers">{t("batch.count", { n: rows.length })}</b>
      <button type="button" className="button small" onClick={() => choose(new Set(inSight()))}>
        {t("batch.seen")}
      </button>
      <button type="button" className="button small quiet" onClick={() => choose(null)}>
        <Icon name="wrong" />
        {t("common:cancel")}
      </button>
      {why ? (
        <div className="reasons">
          {FALSE_REASONS.map((reason) => (
            <button key={reason} type="button" className="button small" onClick={() => void run("false", reason)}>
              {t(`false.${reason}`)}
            </button>
          ))}
        </div>
      ) : (
        <div className="batch-steps">
          {STEPS.map((batch) => {
            const n = fitting(rows, batch).length;
            return n > 0 && !cut ? (
              <button
                key={batch}
                type="button"
                className={batch === "confirm" ? "button small main" : "button small"}
                disabled={busy}
                onClick={() => (batch === "false" ? setWhy(true) : void run(batch))}
              >
                {t(`batch.${batch}`, { n })}
                {batch === "confirm" ? <kbd aria-hidden="true">⇧A</kbd> : null}
              </button>
            ) : null;
          })}
        </div>
      )}
      {cut ? <p className="second">{t("act.offline")}</p> : null}
    </div>
  );
}

/** The lines that can be seen in the list now: nobody confirms what they have not looked at. */
export function inSight(): string[] {
  const pane = document.querySelector(".lines");
  if (!pane) return [];
  const { top, bottom } = pane.getBoundingClientRect();
  return [...pane.querySelectorAll<HTMLElement>(".line")].flatMap((line) => {
    const box = line.getBoundingClientRect();
    return line.dataset.key && box.top >= top - 4 && box.bottom <= Math.min(bottom, window.innerHeight) + 4 ? [line.dataset.key] : [];
  });
}
