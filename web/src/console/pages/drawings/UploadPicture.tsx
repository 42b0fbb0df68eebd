import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import { type Picture, upload } from "./asking";

/** A file of this computer becomes the picture; the gateway makes it anew and says when it cannot. */
export function UploadPicture({ other, uploaded, refused }: { other: boolean; uploaded: (picture: Picture) => void; refused: (error: unknown) => void }) {
  const { t } = useTranslation("drawings");
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const send = async (file: File) => {
    setBusy(true);
    try {
      uploaded(await upload(file));
    } catch (error) {
      refused(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="drawings-upload">
      <input
        ref={input}
        className="only-heard"
        type="file"
        accept="image/png,image/jpeg,image/svg+xml,.svg"
        tabIndex={-1}
        aria-label={t("upload")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) void send(file);
        }}
      />
      <button type="button" className={other ? "button" : "button main"} disabled={busy} onClick={() => input.current?.click()}>
        <Icon name="upload" />
        {busy ? t("uploading") : t(other ? "upload.other" : "upload")}
      </button>
      <p className="second">{t("upload.hint")}</p>
    </div>
  );
}
