import "./subpages.css";

import { NavLink } from "react-router";

/** The ways between the addresses of one page: `[{ to: "/roster", title: … }, …]`; the one shown is marked. */
export function SubPages({ label, pages }: { label: string; pages: readonly { to: string; title: string; count?: number }[] }) {
  return (
    <nav className="subpages no-print" aria-label={label}>
      <ul>
        {pages.map((each) => (
          <li key={each.to}>
            <NavLink to={each.to} end>
              {each.title}
              {each.count ? <b className="numbers"> {each.count}</b> : null}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
