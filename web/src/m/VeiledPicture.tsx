import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../parts/Icon";
import { lift, useRevealed, veilAgain, veiledOf, wholeOf } from "../parts/veil";

const REASONS = ["scene", "search", "police"] as const;

/** A picture of the case: faces and plates are veiled until whoever was sent says why; what they took themselves is clear. */
export function VeiledPicture({ sha256, alt, own = false }: { sha256: string; alt: string; own?: boolean }) {
  const { t } = useTranslation("m");
  const lifted = useRevealed(({ shown }) => shown.has(sha256));
  const [asked, setAsked] = useState(false);
  if (own) return <img src={wholeOf(sha256)} alt={alt} />;
  if (lifted) return <img src={wholeOf(sha256)} alt={alt} onError={() => veilAgain(sha256)} />;
  return (
    <>
      <img src={veiledOf(sha256)} alt={t("veil.veiled", { alt })} />
      {asked ? (
        <div className="veil-why" role="group" aria-label={t("veil.why")}>
          <span>{t("veil.why")}</span>
          {REASONS.map((reason) => (
            <button key={reason} type="button" className="button" onClick={() => void lift(sha256, t(`veil.reason.${reason}`))}>
              {t(`veil.reason.${reason}`)}
            </button>
          ))}
        </div>
      ) : (
        <button type="button" className="button veil-lift" onClick={() => setAsked(true)}>
          <Icon name="camera" />
          {t("veil.lift")}
        </button>
      )}
    </>
  );
}
