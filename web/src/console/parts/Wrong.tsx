import { useTranslation } from "react-i18next";

import { Refusal } from "../../api/client";
import { say } from "../../text/start";

/** What happened, what still works, what to do, and a code to read aloud. */
export function Wrong({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation(["console", "common"]);
  return (
    <div className="told" role="alert">
      <strong>{t("wrong.title")}</strong>
      <p>{wordsOf(error)}</p>
      <p className="second">
        {t("wrong.still")} {t("wrong.do")}
      </p>
      <p>
        {t("wrong.code")} <b className="code">{codeOf(error)}</b>
      </p>
      {retry ? (
        <button type="button" className="button" onClick={retry}>
          {t("common:retry")}
        </button>
      ) : null}
    </div>
  );
}

/** The words of a refusal in the page's language; a fault of ours has none but its code. */
export function wordsOf(error: unknown): string {
  return error instanceof Refusal ? say(error.detail) : "";
}

export function codeOf(error: unknown): string {
  if (!(error instanceof Refusal)) return "page-0000";
  const reference = error.facts["reference"];
  return typeof reference === "string" ? `${error.code} ${reference}` : error.code;
}
