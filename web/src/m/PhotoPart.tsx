import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { IncidentDetail } from "../api/views";
import { Icon } from "../parts/Icon";
import { keep, usePhotos } from "./photos";
import { WaitingItem } from "./WaitingItem";

/** Photos of this case: those that are up, those that wait on the phone, and the button for another. */
export function PhotoPart({ detail, add }: { detail: IncidentDetail; add: boolean }) {
  const { t } = useTranslation(["m", "common"]);
  const { incident } = detail;
  const all = usePhotos((photos) => photos.waiting);
  const waiting = all.filter((photo) => photo.incident === incident.number && photo.kind === "photo");
  const [wrong, setWrong] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  if (!add && waiting.length === 0 && incident.photos.length === 0) return null;
  const taken = async (file: File) => {
    setWrong(null);
    try {
      await keep(incident.number, file);
    } catch (error) {
      setWrong(t(error instanceof DOMException && error.name === "QuotaExceededError" ? "photo.full" : "photo.unreadable"));
    }
  };
  return (
    <section className="photos" aria-label={t("task.photos")}>
      <ul className="pictures">
        {incident.photos.map((photo) => (
          <li key={photo.sha256}>
            <img src={`/api/evidence/${photo.sha256}`} alt={t("task.photos")} />
            <span>
              <Icon name="check" />
              {t("photo.sent")}
            </span>
          </li>
        ))}
        {waiting.map((photo) => (
          <WaitingItem key={photo.key} item={photo} />
        ))}
      </ul>
      {wrong ? (
        <p className="needs" role="alert">
          {wrong}
        </p>
      ) : null}
      {add ? (
        <>
          <input
            ref={input}
            className="only-heard"
            type="file"
            accept="image/*"
            capture="environment"
            tabIndex={-1}
            aria-label={t("photo.add")}
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = "";
              if (file) void taken(file);
            }}
          />
          <button type="button" className="button wide" onClick={() => input.current?.click()}>
            <Icon name="camera" />
            {t("photo.add")}
          </button>
        </>
      ) : null}
    </section>
  );
}
