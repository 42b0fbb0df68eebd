import { useTranslation } from "react-i18next";

import { type TextSize, useAppearance } from "../look/appearance";
import { currentLanguage, speak } from "../text/start";
import { Icon } from "./Icon";

const SIZES: TextSize[] = ["standard", "large", "xlarge"];

/** 标准 · 大 · 特大: one switch in every header, remembered on this screen. */
export function SizeSwitch() {
  const { t } = useTranslation("common");
  const { size, setSize } = useAppearance();
  return (
    <div className="segmented size-switch" role="group" aria-label={t("size.label")}>
      {SIZES.map((each) => (
        <button key={each} type="button" aria-pressed={size === each} onClick={() => setSize(each)}>
          {t(`size.${each}`)}
        </button>
      ))}
    </div>
  );
}

/** Offers the other language in its own words. */
export function LanguageSwitch() {
  useTranslation("common");
  const other = currentLanguage() === "zh" ? "en" : "zh";
  return (
    <button type="button" className="button quiet language-switch" lang={other === "zh" ? "zh-CN" : "en"} onClick={() => void speak(other)}>
      {other === "zh" ? "中文" : "English"}
    </button>
  );
}

export function ThemeSwitch() {
  const { t } = useTranslation("common");
  const { theme, setTheme } = useAppearance();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button type="button" className="button quiet icon-only theme-switch" aria-label={t(`theme.to_${other}`)} title={t(`theme.to_${other}`)} onClick={() => setTheme(other)}>
      <Icon name={other === "light" ? "sun" : "moon"} />
    </button>
  );
}
