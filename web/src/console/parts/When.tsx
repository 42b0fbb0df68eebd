import { useTranslation } from "react-i18next";

import { moment, roughly } from "../../look/format";
import { useMe } from "../../parts/session";
import { useNow } from "../../parts/useNow";
import { currentLanguage } from "../../text/start";

/** A moment in the site's time: `10:42`, `3月1日 23:05`, with its age beside it when asked for. */
export function When({ at, age = false }: { at: string; age?: boolean }) {
  useTranslation("console");
  const me = useMe();
  const now = useNow();
  const language = currentLanguage();
  return (
    <time dateTime={at} className="numbers">
      {moment(at, me.site.timezone, language, now)}
      {age ? <span className="second age"> ({roughly(now - Date.parse(at), language)})</span> : null}
    </time>
  );
}
