import { useTranslation } from "react-i18next";

import type { components } from "../../api/schema";
import { say } from "../../text/start";
import { SIGNS, turn } from "./movement";

type Figure = components["schemas"]["FigureView"];
type Change = components["schemas"]["ChangeView"];

/** Four numbers, each with how it moved: an arrow, a word, and what it is measured against. */
export function FourNumbers({ figures, before, year }: { figures: readonly Figure[]; before: string; year: string }) {
  const { t } = useTranslation("console");
  return (
    <dl className="four">
      {figures.map((figure) => (
        <div key={figure.name} className="card four-one">
          <dt className="second">{say(figure.title)}</dt>
          <dd>
            <b className="four-value numbers">{say(figure.text)}</b>
            {figure.before ? <Moved change={figure.before} more={figure.more} against={before} /> : <span className="second">{t("figures.none")}</span>}
            {figure.year ? <Moved change={figure.year} more={figure.more} against={year} /> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Moved({ change, more, against }: { change: Change; more: boolean | null; against: string }) {
  const { t } = useTranslation("console");
  const meant = turn(change.way, more);
  return (
    <span className={`moved ${meant ?? ""}`}>
      <span aria-hidden="true">{SIGNS[change.way]}</span> {against} {say(change.text)}
      {meant ? ` · ${t(`figures.${meant}`)}` : ""}
    </span>
  );
}
