import "./when.css";

import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "./Icon";
import { isWhole, readWhen, showWhen, stepped, type WhenKind } from "./when";

const NATIVE = { date: "date", moment: "datetime-local", time: "time" } as const;
const HAS_PICKER = typeof HTMLInputElement !== "undefined" && "showPicker" in HTMLInputElement.prototype;

interface Given {
  kind: WhenKind;
  /** `2026-03-01`, `2026-03-01T20:00`, `20:00`, or empty. */
  value: string;
  onChange: (value: string) => void;
  id?: string;
  "aria-invalid"?: boolean;
  "aria-describedby"?: string | undefined;
}

/**
 * A day, a time, or both. The browser's own field shows them as the browser is used to (03/01/2026, 08:00 PM) whatever the
 * language of the page; this one shows 2026-03-01 20:00 to everybody. Typed, stepped by ↑ and ↓, or picked (Alt ↓).
 */
export function WhenInput({ kind, value, onChange, "aria-describedby": described, ...control }: Given) {
  const { t } = useTranslation("common");
  const [typed, setTyped] = useState<string | null>(null); // null: nothing but the value
  const [wrong, setWrong] = useState(false);
  const native = useRef<HTMLInputElement>(null);
  const hint = useId();
  useEffect(() => {
    setTyped((old) => (old !== null && readWhen(kind, old) !== value ? null : old)); // set from elsewhere
    setWrong(false);
  }, [kind, value]);
  const put = (text: string) => {
    setTyped(text);
    setWrong(false);
    if (text.trim() === "") onChange("");
    else if (isWhole(kind, text)) take(text);
  };
  const take = (text: string) => {
    const read = readWhen(kind, text);
    if (read !== null && read !== value) onChange(read);
    return read !== null;
  };
  const settle = () => {
    if (typed === null) return;
    if (typed.trim() === "" || take(typed)) setTyped(null);
    else setWrong(true);
  };
  const pick = () => native.current?.showPicker();
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter") settle();
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    if (event.altKey && HAS_PICKER) return pick();
    const next = stepped(kind, value, event.key === "ArrowUp" ? 1 : -1);
    setTyped(null);
    if (next !== value) onChange(next);
  };
  return (
    <span className={`when ${kind}`}>
      <input
        {...control}
        className="input numbers"
        type="text"
        inputMode="numeric"
        autoComplete="off"
        placeholder={t(`when.${kind}`)}
        aria-invalid={wrong || control["aria-invalid"] || undefined}
        aria-describedby={[described, wrong ? hint : ""].filter(Boolean).join(" ") || undefined}
        value={typed ?? showWhen(value)}
        onChange={(event) => put(event.target.value)}
        onBlur={settle}
        onKeyDown={pressed}
      />
      {HAS_PICKER ? (
        // for the pointer alone: the field takes the keyboard, and a second stop at each date would be in the way
        <span className="when-pick" aria-hidden="true">
          <input ref={native} type={NATIVE[kind]} tabIndex={-1} value={value} onChange={(event) => onChange(event.target.value)} />
          <button type="button" className="button quiet icon-only" tabIndex={-1} onClick={pick}>
            <Icon name={kind === "time" ? "clock" : "today"} />
          </button>
        </span>
      ) : null}
      {wrong ? (
        <span className="when-wrong" id={hint} role="alert">
          {t(`when.wrong.${kind}`)}
        </span>
      ) : null}
    </span>
  );
}
