import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../parts/Icon";
import { useMe } from "../parts/session";
import { Go } from "./Go";
import { leave } from "./leave";
import { useWhere } from "./where";

/** Who is logged in at this seat, and the way out: a seat is shared by those who relieve each other. */
export function Seat() {
  const { t } = useTranslation(["duty", "common"]);
  const me = useMe();
  const box = useRef<HTMLDetailsElement>(null);
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
  const path = useWhere((where) => where.path);
  useEffect(() => box.current?.removeAttribute("open"), [path]);
  return (
    <details className="seat-of" ref={box}>
      <summary className="button quiet">
        <Icon name="person" />
        <span className="seat-name">{me.name}</span>
      </summary>
      <div className="seat-menu card">
        <p>{t("seat.you", { name: me.name })}</p>
        {me.permissions.includes("shifts.hand") ? (
          <Go to="/duty/handover" className="button">
            {t("page.handover")}
          </Go>
        ) : null}
        <button type="button" className="button" onClick={() => void leave()}>
          {t("common:logout")}
        </button>
      </div>
    </details>
  );
}
