import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink, useLocation } from "react-router";

import { Icon, type IconName } from "../../parts/Icon";
import { useMe } from "../../parts/session";
import { say } from "../../text/start";
import { type MenuItem, menuOf, pageAt } from "../gather";
import type { Group } from "../page";
import { pages } from "../pages";

const ICONS: Record<Group, IconName> = { today: "today", rules: "rules", estate: "building", people: "people", reports: "chart", notices: "bell", system: "pulse" };

/** At most seven things; the one in which somebody is shows its pages. On a phone it opens by its word. */
export function Menu() {
  const { t } = useTranslation("console");
  const me = useMe();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [pathname]);
  const items = menuOf(pages, me.roles, me.permissions);
  if (items.length === 0) return null;
  return (
    <nav className={open ? "menu open" : "menu"} aria-label={t("menu")}>
      <button type="button" className="button menu-opener" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="menu" />
        {t("menu")}
      </button>
      <ul>
        {items.map((item) => (
          <Item key={item.group} item={item} here={pathname} />
        ))}
      </ul>
    </nav>
  );
}

function Item({ item, here }: { item: MenuItem; here: string }) {
  const { t } = useTranslation("console");
  const [first] = item.pages;
  if (!first) return null;
  const now = pageAt(item.pages, here);
  const inside = now !== null;
  if (item.pages.length === 1) {
    return (
      <li>
        <NavLink className="menu-link" to={first.paths[0]} end={first.paths[0] === "/"}>
          <Icon name={first.icon} />
          {say(first.title)}
        </NavLink>
      </li>
    );
  }
  return (
    <li className={inside ? "menu-group inside" : "menu-group"}>
      {inside ? (
        <span className="menu-link menu-word">
          <Icon name={ICONS[item.group]} />
          {t(`group.${item.group}`)}
        </span>
      ) : (
        <Link className="menu-link" to={first.paths[0]}>
          <Icon name={ICONS[item.group]} />
          {t(`group.${item.group}`)}
        </Link>
      )}
      {inside ? (
        <ul>
          {item.pages.map((page) => (
            <li key={page.noun}>
              <Link className={page === now ? "menu-link active" : "menu-link"} to={page.paths[0]} aria-current={page === now ? "page" : undefined}>
                {say(page.title)}
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}
