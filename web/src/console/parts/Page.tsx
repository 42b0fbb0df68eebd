import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../../parts/Icon";
import { Dialog } from "./Dialog";

interface Help {
  /** What the page is for, in one or two sentences. */
  for: string;
  /** What to do, one step a line. */
  do: string;
}

/** The frame of every page: its title, the “?” that says what it is for and what to do, its actions. */
export function Page({ title, help, actions, lead, children }: { title: string; help: Help; actions?: ReactNode; lead?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation("console");
  const [open, setOpen] = useState(false);
  return (
    <main className="page">
      <div className="page-head">
        <h1>{title}</h1>
        <button type="button" className="button quiet icon-only" aria-label={t("help.open")} title={t("help.open")} aria-haspopup="dialog" onClick={() => setOpen(true)}>
          <Icon name="help" />
        </button>
        {actions ? <div className="page-actions">{actions}</div> : null}
      </div>
      {lead ? <p className="page-lead second">{lead}</p> : null}
      {children}
      <Dialog title={`${t("help")} · ${title}`} open={open} onClose={() => setOpen(false)} side>
        <h3>{t("help.for")}</h3>
        <p>{help.for}</p>
        <h3>{t("help.do")}</h3>
        <ol className="steps">
          {help.do.split("\n").map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </Dialog>
    </main>
  );
}
