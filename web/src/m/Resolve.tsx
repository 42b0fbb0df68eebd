import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { IncidentDetail } from "../api/views";
import { PhotoPart } from "./PhotoPart";
import { usePhotos } from "./photos";
import { VoicePart } from "./VoicePart";

const CODES = ["true_handled", "true_self_cleared", "false_device", "false_environment", "no_access", "unfounded"] as const;

/** Photo, one sentence, result, done. */
export function Resolve({ detail, busy, send }: { detail: IncidentDetail; busy: boolean; send: (fields: Record<string, unknown>) => void }) {
  const { t } = useTranslation("m");
  const { incident } = detail;
  const [note, setNote] = useState("");
  const [code, setCode] = useState<string>("true_handled");
  const [answer, setAnswer] = useState("");
  const [release, setRelease] = useState(false);
  const [tried, setTried] = useState(false);
  const sent = usePhotos((photos) => photos.sent[incident.number]);
  const waiting = usePhotos((photos) => photos.waiting.some((photo) => photo.incident === incident.number && photo.refused === null));
  const missing = note.trim().length === 0;
  return (
    <form
      className="resolve"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const public_note = answer.trim();
        const toResident = detail.report && (public_note || release) ? { public_note, release: release ? (sent ?? []) : [] } : {};
        if (!missing && !waiting) send({ note: note.trim(), code, photos: sent ?? [], ...toResident });
      }}
    >
      <PhotoPart detail={detail} add />
      <VoicePart detail={detail} />
      <label className="field">
        <span>{t("note.label")}</span>
        <textarea className="input" value={note} maxLength={1000} placeholder={t("note.hint")} aria-invalid={tried && missing} onChange={(event) => setNote(event.target.value)} />
      </label>
      {tried && missing ? (
        <p className="needs" role="alert">
          {t("note.short")}
        </p>
      ) : null}
      <label className="field">
        <span>{t("code.label")}</span>
        <select className="input" value={code} onChange={(event) => setCode(event.target.value)}>
          {CODES.map((each) => (
            <option key={each} value={each}>
              {t(`code.${each}`)}
            </option>
          ))}
        </select>
      </label>
      {detail.report ? (
        <fieldset className="to-resident">
          <label className="field">
            <span>{t("answer.label")}</span>
            <textarea className="input" value={answer} maxLength={500} placeholder={t("answer.hint")} onChange={(event) => setAnswer(event.target.value)} />
          </label>
          {sent && sent.length > 0 ? (
            <label className="tick">
              <input type="checkbox" checked={release} onChange={(event) => setRelease(event.target.checked)} />
              {t("answer.release")}
            </label>
          ) : null}
        </fieldset>
      ) : null}
      {tried && waiting ? (
        <p className="needs" role="alert">
          {t("photo.wait")}
        </p>
      ) : null}
      <button type="submit" className="button main big" disabled={busy}>
        {busy ? t("step.working") : t("step.resolve")}
      </button>
    </form>
  );
}
