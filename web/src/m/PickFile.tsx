import { useRef } from "react";

import { Icon } from "../parts/Icon";

type Picks = {
  accept: string;
  capture: boolean | "environment";
  label: string;
  icon: "camera" | "voice";
  /** The one thing to press here. */
  big?: boolean;
  picked: (file: File) => void;
};

/** A wide button that lets the phone give a file; the same file may be picked again. */
export function PickFile({ accept, capture, label, icon, big = false, picked }: Picks) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        className="only-heard"
        type="file"
        accept={accept}
        capture={capture}
        tabIndex={-1}
        aria-label={label}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) picked(file);
        }}
      />
      <button type="button" className={big ? "button main big" : "button wide"} onClick={() => input.current?.click()}>
        <Icon name={icon} />
        {label}
      </button>
    </>
  );
}
