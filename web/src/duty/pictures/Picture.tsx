import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../../parts/Icon";
import { useMe } from "../../parts/session";
import { lift, useRevealed, veilAgain, veiledOf, wholeOf } from "../../parts/veil";

const REASONS = ["check", "search", "police"] as const;

/** A picture, veiled until a reason was given; when it is gone, words say so. */
export function Picture({ sha256, alt }: { sha256: string; alt: string }) {
  const { t } = useTranslation("seat");
  const clear = useRevealed(({ shown }) => shown.has(sha256));
  const [gone, setGone] = useState<string | null>(null);
  if (gone === sha256) {
    return (
      <p className="picture-gone second">
        <Icon name="camera" /> {t("picture.gone")}
      </p>
    );
  }
  return <img className="picture" src={clear ? wholeOf(sha256) : veiledOf(sha256)} alt={clear ? alt : t("picture.veiled", { alt })} onError={() => (clear ? veilAgain(sha256) : setGone(sha256))} />;
}

/** Lifting the veil: the reasons people have, one press each, or their own. */
export function LiftVeil({ sha256 }: { sha256: string }) {
  const { t } = useTranslation("seat");
  const me = useMe();
  const clear = useRevealed(({ shown }) => shown.has(sha256));
  const [own, setOwn] = useState("");
  if (clear) return <p className="second">{t("picture.noted")}</p>;
  if (!me.permissions.includes("evidence.reveal")) return <p className="second">{t("picture.not_yours")}</p>;
  return (
    <form
      className="lift no-print"
      onSubmit={(event) => {
        event.preventDefault();
        if (own.trim().length >= 2) void lift(sha256, own.trim());
      }}
    >
      <span className="second">{t("picture.why")}</span>
      <div className="chips">
        {REASONS.map((reason) => (
          <button key={reason} type="button" className="button" onClick={() => void lift(sha256, t(`picture.reason.${reason}`))}>
            {t(`picture.reason.${reason}`)}
          </button>
        ))}
        <input className="input" value={own} maxLength={200} aria-label={t("picture.reason.own")} placeholder={t("picture.reason.own")} onChange={(event) => setOwn(event.target.value)} />
        <button type="submit" className="button" disabled={own.trim().length < 2}>
          {t("picture.show")}
        </button>
      </div>
    </form>
  );
}
