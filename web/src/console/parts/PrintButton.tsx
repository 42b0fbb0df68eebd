import { useTranslation } from "react-i18next";

import { Icon } from "../../parts/Icon";

/** Prints the page as it stands: the menu, the buttons and the filters stay away from paper. */
export function PrintButton() {
  const { t } = useTranslation("console");
  return (
    <button type="button" className="button no-print" onClick={() => window.print()}>
      <Icon name="print" />
      {t("print")}
    </button>
  );
}
