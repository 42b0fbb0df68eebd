import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { shrink } from "../m/shrink";
import { Icon } from "../parts/Icon";
import type { Said } from "./send";

/** Pictures and a recording; the phone's own camera and recorder, so that plain HTTP is enough. */
export function Pieces({ said, set, most }: { said: Said; set: (part: Partial<Said>) => void; most: number }) {
  const { t } = useTranslation("report");
  const [unreadable, setUnreadable] = useState(false);
  const full = said.photos.length >= most;
  async function add(files: FileList | null): Promise<void> {
    setUnreadable(false);
    const room = Array.from(files ?? []).slice(0, most - said.photos.length);
    const small = await Promise.all(room.map((file) => shrink(file).catch(() => null)));
    setUnreadable(small.some((photo) => photo === null));
    set({ photos: [...said.photos, ...small.filter((photo): photo is Blob => photo !== null)] });
  }
  return (
    <div className="pieces">
      {said.photos.map((photo, index) => (
        <Thumb key={index} photo={photo} label={t("photo.drop", { n: index + 1 })} drop={() => set({ photos: said.photos.filter((_, at) => at !== index) })} />
      ))}
      {full ? null : (
        <label className="piece add">
          <input
            type="file"
            accept="image/*"
            multiple
            onChange={(event) => {
              void add(event.target.files);
              event.target.value = "";
            }}
          />
          <Icon name="camera" />
          <span>{t("photo.add")}</span>
        </label>
      )}
      {said.voice ? (
        <div className="piece voice">
          <Icon name="voice" />
          <span>{t("voice.there")}</span>
          <button type="button" className="drop" aria-label={t("voice.drop")} onClick={() => set({ voice: null })}>
            <Icon name="wrong" />
          </button>
        </div>
      ) : (
        <label className="piece add">
          <input type="file" accept="audio/*" capture onChange={(event) => set({ voice: event.target.files?.[0] ?? null })} />
          <Icon name="voice" />
          <span>{t("voice.add")}</span>
        </label>
      )}
      {unreadable ? (
        <p className="needs" role="alert">
          {t("photo.unreadable")}
        </p>
      ) : null}
    </div>
  );
}

function Thumb({ photo, label, drop }: { photo: Blob; label: string; drop: () => void }) {
  const address = useMemo(() => URL.createObjectURL(photo), [photo]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return (
    <div className="piece">
      <img src={address} alt="" />
      <button type="button" className="drop" aria-label={label} onClick={drop}>
        <Icon name="wrong" />
      </button>
    </div>
  );
}
