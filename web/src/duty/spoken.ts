/** Returns a voice that lives on this machine and speaks the language; a voice of somebody's cloud is never used. */
export function localVoice<T extends { lang: string; localService: boolean }>(voices: readonly T[], language: "zh" | "en"): T | null {
  return voices.find((voice) => voice.localService && voice.lang.toLowerCase().replace("_", "-").startsWith(language)) ?? null;
}

/** Says a place aloud after the sound, where the machine has a voice of its own; stays silent elsewhere. */
export function speak(words: string, language: "zh" | "en"): void {
  if (!("speechSynthesis" in window)) return;
  const voice = localVoice(window.speechSynthesis.getVoices(), language);
  if (!voice || window.speechSynthesis.speaking) return;
  const said = new SpeechSynthesisUtterance(words);
  said.voice = voice;
  said.lang = voice.lang;
  window.speechSynthesis.speak(said);
}
