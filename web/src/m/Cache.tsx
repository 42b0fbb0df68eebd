import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { queries } from "../parts/session";
import { forgetDeed, useDeeds } from "./keeping";
import { forget, usePhotos } from "./photos";

const MEGABYTE = 1024 * 1024;

/** What this phone keeps: what waits is never thrown away; what was refused, and what was only read, may be. */
export function Cache() {
  const { t } = useTranslation("m");
  const photos = usePhotos((all) => all.waiting);
  const deeds = useDeeds((all) => all.waiting);
  const [used, setUsed] = useState<number | null>(null);
  const [cleared, setCleared] = useState(false);
  useEffect(() => {
    if (!("storage" in navigator) || !navigator.storage?.estimate) return;
    void navigator.storage.estimate().then(({ usage }) => setUsed(usage ?? null));
  }, [photos, deeds]);
  const waits = [...photos, ...deeds].filter((each) => each.refused === null).length;
  const refused = photos.length + deeds.length - waits;
  const clear = async () => {
    for (const photo of photos) if (photo.refused) await forget(photo.key);
    for (const deed of deeds) if (deed.refused) await forgetDeed(deed.key);
    await queries.invalidateQueries();
    setCleared(true);
  };
  return (
    <section className="card setting">
      <h2>{t("cache.title")}</h2>
      <p>{t("cache.waits", { n: waits })}</p>
      {refused > 0 ? <p>{t("cache.refused", { n: refused })}</p> : null}
      {used === null ? null : <p className="second numbers">{t("cache.used", { mb: Math.ceil(used / MEGABYTE) })}</p>}
      <button type="button" className="button wide" onClick={() => void clear()}>
        {t("cache.clear")}
      </button>
      {cleared ? (
        <p className="second" role="status">
          {t("cache.cleared")}
        </p>
      ) : null}
    </section>
  );
}
