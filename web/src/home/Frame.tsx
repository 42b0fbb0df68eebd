import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";

import { LanguageSwitch, SizeSwitch, ThemeSwitch } from "../parts/Switches";

/** The calm frame of the pages without a console: a mark, a title, the switches everybody may need. */
export function Frame({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation(["home", "common"]);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <>
      <header className="frame-head">
        <span className="brand">
          <img src="/icon.svg" alt="" width="32" height="32" />
          {t("title")}
        </span>
        <SizeSwitch />
        <ThemeSwitch />
        <LanguageSwitch />
      </header>
      <main className="frame">
        <h1>{title}</h1>
        {children}
      </main>
    </>
  );
}
