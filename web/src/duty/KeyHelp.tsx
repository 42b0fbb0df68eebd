import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../parts/Icon";
import { keepInside } from "./keepInside";
import { useStation } from "./station";

const KEYS = [
  ["J ↓", "keys.j"],
  ["K ↑", "keys.k"],
  ["Enter", "keys.enter"],
  ["A", "keys.a"],
  ["D", "keys.d"],
  ["F", "keys.f"],
  ["S", "keys.s"],
  ["E", "keys.e"],
  ["M", "keys.m"],
  ["X", "keys.x"],
  ["Shift A", "keys.all"],
  ["G", "keys.g"],
  ["Z", "keys.z"],
  ["/", "keys.search"],
  [".", "keys.mute"],
  ["?", "keys.help"],
] as const;

/** Behind “?” at the desk: what it is for, what to do, the keys, and the way back to the guidance. */
export function KeyHelp() {
  const { t } = useTranslation(["duty", "common"]);
  const { help, setHelp, keys, setKeys, setGuide } = useStation();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!help) return;
    const before = document.activeElement;
    box.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [help]);
  if (!help) return null;
  return (
    <div className="help-place">
      <div className="help card" role="dialog" aria-modal="true" aria-label={t("help.title")} ref={box} tabIndex={-1} onKeyDown={(event) => keepInside(event, box.current)}>
        <h2>{t("help.title")}</h2>
        <p>{t("help.for")}</p>
        <ol className="help-do">
          {t("help.do")
            .split("\n")
            .map((line) => (
              <li key={line}>{line}</li>
            ))}
        </ol>
        <h3>{t("keys.title")}</h3>
        <dl>
          {KEYS.map(([key, meaning]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{t(meaning)}</dd>
            </div>
          ))}
        </dl>
        <label className="help-off">
          <input type="checkbox" checked={!keys} onChange={(event) => setKeys(!event.target.checked)} />
          {t("keys.off")}
        </label>
        <div className="guide-buttons">
          <button type="button" className="button main" onClick={() => setHelp(false)}>
            {t("common:close")}
          </button>
          <button
            type="button"
            className="button"
            onClick={() => {
              setHelp(false);
              setGuide(0);
            }}
          >
            <Icon name="help" />
            {t("guide.again")}
          </button>
        </div>
      </div>
    </div>
  );
}
