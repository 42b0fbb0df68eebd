import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../parts/Icon";
import type { Taken } from "./send";

/** It is in: the number, and the secret link under which the answer will be. */
export function Thanks({ taken, again }: { taken: Taken; again: () => void }) {
  const { t } = useTranslation("report");
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const address = window.location.origin + taken.link;
  function copy(): void {
    field.current?.select();
    // plain HTTP has no clipboard of its own; the old command works everywhere
    setCopied(document.execCommand("copy"));
  }
  return (
    <div className="thanks" role="status">
      <span className="big-mark">
        <Icon name="check" />
      </span>
      <p className="lead">{t("done.text")}</p>
      <p>
        {t("done.number")} <b className="numbers">{taken.number}</b>
      </p>
      <a className="button main wide big" href={taken.link}>
        {t("done.follow")}
      </a>
      <div className="keep">
        <p className="second">{t("done.keep")}</p>
        <input ref={field} className="input" readOnly value={address} aria-label={t("done.link")} onFocus={(event) => event.target.select()} />
        <div className="row">
          <button type="button" className="button" onClick={copy}>
            {copied ? t("done.copied") : t("done.copy")}
          </button>
          <button type="button" className="button" onClick={() => window.print()}>
            {t("done.print")}
          </button>
        </div>
      </div>
      <button type="button" className="button quiet" onClick={again}>
        {t("again")}
      </button>
    </div>
  );
}
