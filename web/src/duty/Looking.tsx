import { lazy, Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { Bilingual, Evidence, Photo } from "../api/views";
import { Icon } from "../parts/Icon";
import { say } from "../text/start";
import { keepInside } from "./keepInside";
import { withSeatTexts } from "./pages";
import { momentsOf } from "./pictures/moments";
import type { Spot } from "./pictures/spots";
import { useStation } from "./station";

const Viewer = lazy(() => withSeatTexts(() => import("./pictures/Viewer")));
const Bound = lazy(() => withSeatTexts(() => import("./pictures/Bound")));

interface Shown {
  evidence: Evidence[];
  photos: Photo[];
  openedAt: string;
  spot: Spot;
  title: Bilingual;
  facts: string;
}

/** The evidence over the desk, opened by a press or by E; the list behind it goes on. */
export function Looking({ evidence, photos, openedAt, spot, title, facts }: Shown) {
  const { t } = useTranslation(["duty", "common"]);
  const { looking, look } = useStation();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!looking) return;
    const before = document.activeElement;
    box.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [looking]);
  useEffect(() => () => look(false), [look]);
  if (!looking) return null;
  return (
    <div className="over-place">
      <div className="over card" role="dialog" aria-modal="true" aria-label={t("case.evidence")} ref={box} tabIndex={-1} onKeyDown={(event) => keepInside(event, box.current)}>
        <header className="over-head">
          <h2>{say(title)}</h2>
          <button type="button" className="button" onClick={() => look(false)}>
            <Icon name="wrong" />
            {t("common:close")} <kbd aria-hidden="true">Esc</kbd>
          </button>
        </header>
        <Suspense fallback={<div aria-busy="true" />}>
          <Viewer moments={momentsOf(evidence, photos, openedAt)} spot={spot} title={title} facts={facts} />
        </Suspense>
      </div>
    </div>
  );
}

/** The cameras of a red alarm, in its pane. */
export function BoundCameras({ spot }: { spot: Spot }) {
  return (
    <Suspense fallback={null}>
      <Bound spot={spot} />
    </Suspense>
  );
}
