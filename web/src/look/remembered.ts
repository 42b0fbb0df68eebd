/** Small choices of this screen (text size, theme, language), kept in localStorage when the browser allows it. */
export type Choice = "language" | "size" | "theme" | "keys" | "sound-tested-on" | "rules-shown" | "desk-shown" | "spot";

export function remembered(choice: Choice): string | null {
  try {
    return localStorage.getItem(`gateway.${choice}`);
  } catch {
    return null; // storage refused (private window, kiosk policy): the page works with its defaults
  }
}

export function remember(choice: Choice, value: string): void {
  try {
    localStorage.setItem(`gateway.${choice}`, value);
  } catch {
    // nothing to do: the choice holds until the page is closed
  }
}
