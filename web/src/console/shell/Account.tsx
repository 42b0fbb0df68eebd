import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

import { logout } from "../../api/gateway";
import { Icon } from "../../parts/Icon";
import { toLogin, useMe } from "../../parts/session";

/** Who is logged in here: the own account, the other doors, and the way out. */
export function Account() {
  const { t } = useTranslation(["console", "common"]);
  const me = useMe();
  const box = useRef<HTMLDetailsElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !box.current?.contains(event.target as Node)) box.current?.removeAttribute("open");
    };
    document.addEventListener("keydown", close);
    document.addEventListener("pointerdown", close);
    return () => {
      document.removeEventListener("keydown", close);
      document.removeEventListener("pointerdown", close);
    };
  }, []);
  useEffect(() => box.current?.removeAttribute("open"), [pathname]);
  return (
    <details className="account" ref={box}>
      <summary className="button quiet">
        <Icon name="person" />
        <span className="account-name">{me.name}</span>
        <Icon name="more" />
      </summary>
      <div className="account-menu card">
        <p className="second">{me.roles.map((role) => t(`role.${role}`)).join(" · ")}</p>
        <Link className="button" to="/account">
          {t("account")}
        </Link>
        <button type="button" className="button" onClick={() => void logout().finally(toLogin)}>
          {t("common:logout")}
        </button>
      </div>
    </details>
  );
}
