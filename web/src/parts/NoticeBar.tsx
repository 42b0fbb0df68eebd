import { useTranslation } from "react-i18next";

import { Icon } from "./Icon";
import { UNDO_MS, useNotices } from "./undo";
import { useNow } from "./useNow";

/** Undo bar and refusals: one line at the foot, never over the list's buttons. */
export function NoticeBar() {
  const { t } = useTranslation("common");
  const { notice, clear } = useNotices();
  const now = useNow();
  return (
    <div className="notice-place" role={notice?.wrong ? "alert" : "status"}>
      {notice ? (
        <div className={notice.wrong ? "notice wrong" : "notice"}>
          <Icon name={notice.wrong ? "help" : "check"} />
          <span className="notice-text">{notice.text()}</span>
          {notice.undo ? (
            <button
              type="button"
              className="button"
              onClick={() => {
                notice.undo?.();
                clear();
              }}
            >
              <Icon name="undo" />
              {t("undo")}
              <span className="numbers" aria-hidden="true">
                {Math.min(UNDO_MS / 1000, Math.max(0, Math.ceil((notice.until - now) / 1000)))}
              </span>
            </button>
          ) : (
            <button type="button" className="button quiet" onClick={clear}>
              {t("close")}
            </button>
          )}
        </div>
      ) : null}
    </div>
  );
}
