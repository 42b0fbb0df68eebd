import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { IncidentDetail } from "../api/views";
import { Icon } from "../parts/Icon";
import { keepVoice, usePhotos } from "./photos";
import { canRecord, LONGEST_S, record, type Recording } from "./recorder";
import { WaitingItem } from "./WaitingItem";

/** Voice notes of this case, and the button to speak another. */
export function VoicePart({ detail }: { detail: IncidentDetail }) {
  const { t } = useTranslation("m");
  const { incident } = detail;
  const all = usePhotos((photos) => photos.waiting);
  const waiting = all.filter((item) => item.incident === incident.number && item.kind === "voice");
  const [wrong, setWrong] = useState<string | null>(null);
  const keep = async (voice: Blob, begun: Date) => {
    setWrong(null);
    try {
      await keepVoice(incident.number, voice, begun);
    } catch (error) {
      setWrong(t(error instanceof DOMException && error.name === "QuotaExceededError" ? "photo.full" : "voice.unreadable"));
    }
  };
  return (
    <section className="voices" aria-label={t("voice.title")}>
      <ul className="notes">
        {incident.voices.map((note) => (
          <li key={note.sha256}>
            <audio controls preload="none" src={`/api/evidence/${note.sha256}`} aria-label={t("voice.one")} />
            <span>
              <Icon name="check" />
              {t("photo.sent")}
            </span>
          </li>
        ))}
        {waiting.map((item) => (
          <WaitingItem key={item.key} item={item} />
        ))}
      </ul>
      {wrong ? (
        <p className="needs" role="alert">
          {wrong}
        </p>
      ) : null}
      {canRecord() ? <Speak keep={keep} failed={() => setWrong(t("voice.denied"))} /> : <Choose keep={keep} />}
    </section>
  );
}

type Keep = (voice: Blob, begun: Date) => Promise<void>;

/** Records in the page: one button begins, the same one ends; it ends by itself after {@link LONGEST_S}. */
function Speak({ keep, failed }: { keep: Keep; failed: () => void }) {
  const { t } = useTranslation("m");
  const [running, setRunning] = useState<Recording | null>(null);
  const [seconds, setSeconds] = useState(0);
  const end = async (recording: Recording) => {
    setRunning(null);
    await keep(await recording.stop(), recording.begun);
  };
  useEffect(() => {
    if (running === null) return undefined;
    const timer = setInterval(() => {
      const passed = Math.floor((Date.now() - running.begun.getTime()) / 1000);
      setSeconds(passed);
      if (passed >= LONGEST_S) void end(running);
    }, 250);
    return () => clearInterval(timer);
  });
  const begin = async () => {
    try {
      setSeconds(0);
      setRunning(await record());
    } catch {
      failed(); // no microphone, or not allowed
    }
  };
  return (
    <button type="button" className="button wide" aria-pressed={running !== null} onClick={() => void (running === null ? begin() : end(running))}>
      <Icon name="voice" />
      {running === null ? t("voice.speak") : t("voice.stop", { seconds })}
    </button>
  );
}

/** Without HTTPS the page may not listen: the phone's recorder does, and gives a file. */
function Choose({ keep }: { keep: Keep }) {
  const { t } = useTranslation("m");
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        className="only-heard"
        type="file"
        accept="audio/*"
        capture
        tabIndex={-1}
        aria-label={t("voice.speak")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) void keep(file, new Date(file.lastModified || Date.now()));
        }}
      />
      <button type="button" className="button wide" onClick={() => input.current?.click()}>
        <Icon name="voice" />
        {t("voice.speak")}
      </button>
    </>
  );
}
