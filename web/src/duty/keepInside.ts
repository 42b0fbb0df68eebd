import type { KeyboardEvent } from "react";

/** Tab goes round inside a dialog. */
export function keepInside(event: KeyboardEvent, box: HTMLElement | null): void {
  if (event.key !== "Tab" || !box) return;
  const stops = [...box.querySelectorAll<HTMLElement>("button:not(:disabled), input, select, a[href], [tabindex='0'], video")];
  const [first, last] = [stops[0], stops[stops.length - 1]];
  if (event.shiftKey && (document.activeElement === first || document.activeElement === box)) {
    event.preventDefault();
    last?.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first?.focus();
  }
}
