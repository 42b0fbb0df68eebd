import { useTranslation } from "react-i18next";

import type { Bilingual } from "../../api/views";
import { currentLanguage } from "../../text/start";

/** A sentence the gateway made, in the page's language; in the other one, marked so for voices, when it has no more. */
export function Sentence({ text, className }: { text: Partial<Bilingual> | null | undefined; className?: string }) {
  useTranslation("console");
  const language = currentLanguage();
  const own = text?.[language];
  if (own) return <span className={className}>{own}</span>;
  const other = language === "zh" ? "en" : "zh";
  const rest = text?.[other];
  return rest ? (
    <span className={className} lang={other === "zh" ? "zh-CN" : "en"}>
      {rest}
    </span>
  ) : null;
}
