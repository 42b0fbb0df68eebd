import { useTranslation } from "react-i18next";

import { useAppearance } from "../look/appearance";
import { clock, together } from "../look/format";
import { currentLanguage, say } from "../text/start";
import type { WallView } from "./asking";
import { ROOM } from "./turns";

/** Who is on duty until when, and the grids that nobody serves. */
export function People({ view }: { view: WallView }) {
  const { t } = useTranslation("wall");
  const language = currentLanguage();
  const { people, gaps } = view;
  const room = ROOM[useAppearance((look) => look.size)].people - (gaps.length > 0 ? 1 : 0);
  const shown = people.slice(0, people.length > room ? room - 1 : room);
  return (
    <section className="wall-part wall-people">
      <h2>{t("people.title")}</h2>
      {people.length === 0 ? <p>{t("people.nobody")}</p> : null}
      <ul>
        {shown.map((person) => (
          <li key={person.name}>
            <b>{person.name}</b>
            <span className="second">{together(person.roles.map((role) => say(role, language)), language)}</span>
            <span className="second numbers">{person.until ? t("people.until", { at: clock(person.until, view.timezone, true) }) : ""}</span>
          </li>
        ))}
      </ul>
      {people.length > shown.length ? <p className="second">{t("people.more", { n: people.length - shown.length })}</p> : null}
      {gaps.length > 0 ? <p className="wall-gap">{t("people.gap", { grids: together(gaps.map((grid) => say(grid, language)), language) })}</p> : null}
    </section>
  );
}
