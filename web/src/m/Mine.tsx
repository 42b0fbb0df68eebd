import { useTranslation } from "react-i18next";

import { History } from "./History";
import { Settings } from "./Settings";

/** What is mine: settings of this phone, and what I have worked on. */
export function Mine({ open }: { open: (number: string) => void }) {
  const { t } = useTranslation("m");
  return (
    <>
      <h1 className="page-title">{t("nav.mine")}</h1>
      <Settings />
      <History open={open} />
    </>
  );
}
