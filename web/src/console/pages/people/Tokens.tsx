import { useTranslation } from "react-i18next";

import { Frame } from "./Frame";
import { TokenTable } from "./TokenTable";

/** The keys of programs on a page of their own. */
export function Tokens() {
  const { t } = useTranslation("people");
  return (
    <Frame title={t("tokens")}>
      <p className="page-lead second">{t("tokens.text")}</p>
      <TokenTable />
    </Frame>
  );
}
