import type { Level } from "../api/views";
import { PATTERNS } from "./sound";

let context: AudioContext | null = null;

/** Opens the sound output; browsers allow that only inside a click. Returns whether it will be heard. */
export async function openSound(): Promise<boolean> {
  if (typeof AudioContext === "undefined") return false;
  context ??= new AudioContext();
  if (context.state === "suspended") await context.resume().catch(() => undefined);
  return context.state === "running";
}

export function soundIsOpen(): boolean {
  return context !== null && context.state === "running";
}

/** Plays the pattern of a level once; returns whether it has begun. Does nothing while the output is not open. */
export function play(level: Level): boolean {
  const pattern = PATTERNS[level];
  if (!pattern || !context || context.state !== "running") return false;
  const start = context.currentTime + 0.02;
  for (const note of pattern.notes) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = "triangle";
    tone.frequency.value = note.hz;
    volume.gain.setValueAtTime(0, start + note.at);
    volume.gain.linearRampToValueAtTime(0.5, start + note.at + 0.02);
    volume.gain.setValueAtTime(0.5, start + note.at + note.length - 0.05);
    volume.gain.linearRampToValueAtTime(0, start + note.at + note.length);
    tone.connect(volume).connect(context.destination);
    tone.start(start + note.at);
    tone.stop(start + note.at + note.length);
  }
  return true;
}
