import { useTranslation } from "react-i18next";

import type { Evidence, Photo } from "../api/views";
import { clock, moment } from "../look/format";
import { currentLanguage } from "../text/start";

const addressOf = (sha256: string): string => `/api/evidence/${sha256}`;

/** Pictures from the devices and from the people on site, one click to the full one. */
export function EvidenceStrip({ evidence, photos, zone, now }: { evidence: Evidence[]; photos: Photo[]; zone: string; now: number }) {
  const { t } = useTranslation(["duty", "common"]);
  const pictures = [
    ...evidence.filter((each) => each.mime.startsWith("image/")).map((each) => ({ sha256: each.sha256, at: each.at, by: "" })),
    ...photos.map((photo) => ({ sha256: photo.sha256, at: photo.captured_at ?? photo.received_at, by: photo.by.name })),
  ];
  return (
    <section className="case-part">
      <h3>{t("case.evidence")}</h3>
      {pictures.length === 0 ? <p className="second">{t("case.no_evidence")}</p> : null}
      <ul className="strip">
        {pictures.map((picture) => (
          <li key={picture.sha256}>
            <a href={addressOf(picture.sha256)} target="_blank" rel="noreferrer">
              <img
                src={addressOf(picture.sha256)}
                loading="lazy"
                alt={t("common:photo.alt", { at: picture.at ? moment(picture.at, zone, currentLanguage(), now) : "" })}
              />
            </a>
            <span className="second numbers">
              {picture.at ? clock(picture.at, zone) : ""} {picture.by}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
