import { useMutation } from "@tanstack/react-query";
import { type DragEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import { Wrong } from "../../parts";
import { look, type Looked } from "./asking";

/** Chooses a table by a button or by dropping it; it is looked at, nothing is saved. */
export function PickFile({ onLooked }: { onLooked: (looked: Looked) => void }) {
  const { t } = useTranslation("transfer");
  const id = useId();
  const input = useRef<HTMLInputElement>(null); // the browser's own field speaks the browser's language
  const [over, setOver] = useState(false);
  const sent = useMutation({ mutationFn: look, onSuccess: onLooked });
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file) sent.mutate(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <>
      <div
        className={over ? "card transfer-drop transfer-over" : "card transfer-drop"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <input
          ref={input}
          className="only-heard"
          type="file"
          accept=".xlsx,.csv,text/csv"
          tabIndex={-1}
          aria-label={t("in.choose")}
          disabled={sent.isPending}
          onChange={(event) => {
            take(event.target.files);
            event.target.value = ""; // the same file again, once it is mended
          }}
        />
        <button type="button" className="button" disabled={sent.isPending} aria-describedby={id} onClick={() => input.current?.click()}>
          <Icon name="upload" />
          {t("in.choose")}
        </button>
        <p id={id} className="second">
          {t("in.kinds")}
        </p>
        {sent.isPending ? <p role="status">{t("in.reading")}</p> : null}
      </div>
      {sent.error ? <Wrong error={sent.error} /> : null}
    </>
  );
}
