import { useTranslation } from "react-i18next";

import type { Bilingual, Evidence, Photo } from "../api/views";
import { clock, moment } from "../look/format";
import { Icon } from "../parts/Icon";
import { useRevealed, veilAgain, veiledOf, wholeOf } from "../parts/veil";
import { currentLanguage } from "../text/start";
import { Looking } from "./Looking";
import { momentsOf } from "./pictures/moments";
import type { Spot } from "./pictures/spots";
import { useStation } from "./station";

interface Shown {
  evidence: Evidence[];
  photos: Photo[];
  zone: string;
  now: number;
  openedAt: string;
  spot: Spot;
  title: Bilingual;
  facts: string;
}

/** Pictures from the devices and from the people on site, veiled; one press or E opens the viewer. */
export function EvidenceStrip({ evidence, photos, zone, now, openedAt, spot, title, facts }: Shown) {
  const { t } = useTranslation(["duty", "common"]);
  const look = useStation((station) => station.look);
  const clear = useRevealed(({ shown }) => shown);
  const moments = momentsOf(evidence, photos, openedAt);
  return (
    <section className="case-part">
      <h3>{t("case.evidence")}</h3>
      {moments.length === 0 ? <p className="second">{t("case.no_evidence")}</p> : null}
      <ul className="strip">
        {moments.map((piece) => (
          <li key={piece.sha256}>
            <button type="button" className="strip-open" onClick={() => look(true)}>
              {piece.mime.startsWith("image/") ? (
                <img
                  src={clear.has(piece.sha256) ? wholeOf(piece.sha256) : veiledOf(piece.sha256)}
                  onError={() => veilAgain(piece.sha256)}
                  loading="lazy"
                  alt={t("common:photo.alt", { at: piece.at ? moment(piece.at, zone, currentLanguage(), now) : "" })}
                />
              ) : (
                <span className="strip-clip">
                  <Icon name="play" />
                  {t("case.clip")}
                </span>
              )}
            </button>
            <span className="second numbers">
              {piece.at ? clock(piece.at, zone) : ""} {piece.by}
            </span>
          </li>
        ))}
      </ul>
      {moments.length > 0 ? (
        <button type="button" className="button" onClick={() => look(true)}>
          <Icon name="camera" />
          {t("case.look")} <kbd aria-hidden="true">E</kbd>
        </button>
      ) : null}
      <Looking evidence={evidence} photos={photos} openedAt={openedAt} spot={spot} title={title} facts={facts} />
    </section>
  );
}
