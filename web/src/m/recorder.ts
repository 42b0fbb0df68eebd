/** The longest voice note, in seconds; the gateway refuses longer ones. */
export const LONGEST_S = 60;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export interface Recording {
  begun: Date;
  /** Ends the recording and gives the note. */
  stop: () => Promise<Blob>;
}

/** Whether this browser may listen: over HTTPS only. Otherwise the phone's own recorder is asked for a file. */
export function canRecord(): boolean {
  return window.isSecureContext && typeof MediaRecorder === "function" && "mediaDevices" in navigator;
}

/** Begins to record. Throws what the browser says when the microphone is missing or not allowed. */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, mimeType === undefined ? {} : { mimeType, audioBitsPerSecond: 24_000 });
  const pieces: Blob[] = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const ended = new Promise<Blob>((done) => {
    recorder.onstop = () => {
      stream.getTracks().forEach((track) => track.stop());
      done(new Blob(pieces, { type: recorder.mimeType }));
    };
  });
  const begun = new Date();
  recorder.start(1000);
  return {
    begun,
    stop: () => {
      if (recorder.state !== "inactive") recorder.stop();
      return ended;
    },
  };
}
