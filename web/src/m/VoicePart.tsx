import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { IncidentDetail } from "../api/views";
import { Icon } from "../parts/Icon";
import { keepVoice, usePhotos } from "./photos";
import { PickFile } from "./PickFile";
import { ProofList } from "./ProofList";
import { canRecord, LONGEST_S, record, type Recording } from "./recorder";
import { useKeeping } from "./useKeeping";

/** Voice notes of this case, and the button to speak another. */
export function VoicePart({ detail }: { detail: IncidentDetail }) {
  const { t } = useTranslation("m");
  const { incident } = detail;
  const all = usePhotos((photos) => photos.waiting);
  const waiting = all.filter((item) => item.incident === incident.number && item.kind === "voice");
  const { wrong, setWrong, keeping } = useKeeping("voice.unreadable");
  const keep = (voice: Blob, begun: Date) => keeping(() => keepVoice(incident.number, voice, begun));
  return (
    <section className="voices" aria-label={t("voice.title")}>
      <ProofList
        className="notes"
        sent={incident.voices}
        shown={(note) => <audio controls preload="none" src={`/api/evidence/${note.sha256}`} aria-label={t("voice.one")} />}
        waiting={waiting}
      />
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
  const left = useRef<() => void>(() => undefined);
  left.current = () => running && void end(running);
  useEffect(() => () => left.current(), []); // whoever goes to another page has spoken: it is kept, and nothing listens on
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
  return (
    <PickFile
      accept="audio/*"
      capture
      label={t("voice.speak")}
      icon="voice"
      picked={(file) => void keep(file, new Date(file.lastModified || Date.now()))}
    />
  );
}
