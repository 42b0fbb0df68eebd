import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

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
  ["/", "keys.search"],
  [".", "keys.mute"],
  ["?", "keys.help"],
] as const;

export function KeyHelp() {
  const { t } = useTranslation(["duty", "common"]);
  const { help, setHelp, keys, setKeys } = useStation();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (help) box.current?.focus();
  }, [help]);
  if (!help) return null;
  return (
    <div className="help-place">
      <div className="help card" role="dialog" aria-label={t("keys.title")} ref={box} tabIndex={-1}>
        <h2>{t("keys.title")}</h2>
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
        <button type="button" className="button" onClick={() => setHelp(false)}>
          {t("common:close")}
        </button>
      </div>
    </div>
  );
}
