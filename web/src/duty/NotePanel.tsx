import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useStation } from "./station";

/** One line of words that goes into the case. */
export function NotePanel({ title, label, about, send }: { title: string; label: string; about?: string; send: (note: string) => void }) {
  const { t } = useTranslation("common");
  const { selected, panel, setPanel, unsent, setUnsent } = useStation();
  const [note, setNote] = useState(unsent !== null && unsent.key === selected && unsent.panel === panel ? unsent.words : "");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <form
      className="case-actions panel"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        if (!note.trim()) return;
        if (selected !== null) setUnsent({ key: selected, panel, words: note });
        send(note.trim());
      }}
    >
      {about ? <p className="second">{about}</p> : null}
      <label className="field">
        <span>{label}</span>
        <input ref={input} className="input" value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} />
      </label>
      <div className="panel-buttons">
        <button type="submit" className="button main" disabled={!note.trim()}>
          {t("send")}
        </button>
        <button type="button" className="button" onClick={() => setPanel(null)}>
          {t("cancel")}
        </button>
      </div>
    </form>
  );
}
