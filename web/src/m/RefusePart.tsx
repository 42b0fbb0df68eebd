import { useTranslation } from "react-i18next";

const REASONS = ["not_mine", "off_duty", "not_able", "busy"] as const;

/** Why a job goes back: one tap, so that the next person is sent at once. */
export function RefusePart({ busy, send }: { busy: boolean; send: (reason: string) => void }) {
  const { t } = useTranslation("m");
  return (
    <div className="refuse" role="group" aria-label={t("refuse.title")}>
      <h2>{t("refuse.title")}</h2>
      {REASONS.map((reason) => (
        <button key={reason} type="button" className="button" disabled={busy} onClick={() => send(t(`refuse.${reason}`))}>
          {t(`refuse.${reason}`)}
        </button>
      ))}
    </div>
  );
}
