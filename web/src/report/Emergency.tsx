import { useTranslation } from "react-i18next";

import { Icon } from "../parts/Icon";

const NUMBERS = ["119", "120", "110"] as const;

/** Who is in danger does not fill in forms: the three numbers come first, one tap each. */
export function Emergency() {
  const { t } = useTranslation("report");
  return (
    <section className="emergency" aria-label={t("danger.label")}>
      <p>{t("danger")}</p>
      <ul>
        {NUMBERS.map((number) => (
          <li key={number}>
            <a className="button" href={`tel:${number}`}>
              <Icon name="phone" />
              <b>{number}</b>
              <span>{t(`danger.${number}`)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
