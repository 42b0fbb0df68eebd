import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../parts/Icon";
import { say } from "../text/start";
import { forget, usePhotos } from "./photos";
import type { Queued } from "./queue";

/** A photo or voice note that is still on the phone: kept, on its way, or refused with the reason. */
export function WaitingItem({ item }: { item: Queued }) {
  const { t } = useTranslation(["m", "common"]);
  const arrived = usePhotos((photos) => photos.arrived[item.key]);
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(item.picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [item.picture]);
  return (
    <li>
      {address === null ? null : item.kind === "voice" ? (
        <audio controls src={address} aria-label={t("voice.one")} />
      ) : (
        <img src={address} alt={t("task.photos")} />
      )}
      {item.refused ? (
        <>
          <span>{t(item.kind === "voice" ? "voice.failed" : "photo.failed", { why: say(item.refused) })}</span>
          <button type="button" className="button" onClick={() => void forget(item.key)}>
            {t("common:close")}
          </button>
        </>
      ) : (
        <span>
          <Icon name="upload" />
          {arrived === undefined ? t("photo.kept") : t("photo.going", { percent: Math.floor(100 * arrived) })}
        </span>
      )}
    </li>
  );
}
