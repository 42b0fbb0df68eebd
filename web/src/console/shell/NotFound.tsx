import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

/** An address that no page has. */
export function NotFound() {
  const { t } = useTranslation("console");
  const title = t("lost.title");
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main className="page">
      <h1>{title}</h1>
      <div className="told">
        <p>{t("lost.text")}</p>
        <Link className="button" to="/">
          {t("to_start")}
        </Link>
      </div>
    </main>
  );
}
