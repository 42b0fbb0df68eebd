import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { cameras as readCameras } from "../../api/gateway";
import type { Bilingual } from "../../api/views";
import { moment as momentWords, span } from "../../look/format";
import { useMe } from "../../parts/session";
import { useNow } from "../../parts/useNow";
import { useRevealed, veilAgain, wholeOf } from "../../parts/veil";
import { currentLanguage, say } from "../../text/start";
import { frameOf } from "./boxes";
import { camerasAt, type Spot } from "./spots";
import { firstLook, type Moment, phaseOf } from "./moments";
import { LiftVeil, Picture } from "./Picture";
import "./pictures.css";

const ZOOMS = [1, 1.5, 2, 3, 4];
const JUMP_S = 10;

interface Props {
  moments: Moment[];
  spot: Spot;
  title: Bilingual;
  /** The facts in words: they stay when every picture is gone. */
  facts: string;
}

/** The evidence of a case: before, at and after, veiled until a reason was given; keys: ← → between pieces, + − zoom, B what was seen. */
export default function Viewer({ moments, spot, title, facts }: Props) {
  const { t } = useTranslation("seat");
  const me = useMe();
  const now = useNow();
  const [index, setIndex] = useState(() => firstLook(moments));
  const [zoom, setZoom] = useState(0);
  const [compare, setCompare] = useState(false);
  const [boxes, setBoxes] = useState(true);
  const clip = useRef<HTMLVideoElement>(null);
  const usual = useUsual(spot, compare);
  const piece = moments[Math.min(index, moments.length - 1)];
  const go = (by: number) => setIndex((here) => Math.min(moments.length - 1, Math.max(0, here + by)));
  const closer = (by: number) => setZoom((here) => Math.min(ZOOMS.length - 1, Math.max(0, here + by)));
  const jump = (by: number) => {
    if (clip.current) clip.current.currentTime = Math.max(0, clip.current.currentTime + by);
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.shiftKey && event.key.startsWith("Arrow")) return jump(event.key === "ArrowLeft" ? -JUMP_S : JUMP_S);
      const deed: Record<string, () => void> = {
        b: () => setBoxes((shown) => !shown),
        ArrowLeft: () => go(-1), ArrowRight: () => go(1), "+": () => closer(1), "=": () => closer(1), "-": () => closer(-1) };
      deed[event.key]?.();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  });
  if (!piece) {
    return (
      <section className="viewer" aria-label={t("viewer.title")}>
        <p>{t("viewer.nothing")}</p>
        <p className="viewer-facts">{facts}</p>
      </section>
    );
  }
  const phase = phaseOf(piece);
  const frame = frameOf(piece.box);
  const when = piece.at ? momentWords(piece.at, me.site.timezone, currentLanguage(), now) : t("viewer.no_time");
  return (
    <section className="viewer" aria-label={t("viewer.title")}>
      <div className="viewer-bar no-print">
        <button type="button" className="button" disabled={index <= 0} onClick={() => go(-1)}>
          {t("viewer.earlier")} <kbd aria-hidden="true">←</kbd>
        </button>
        <b className="numbers" aria-live="polite">
          {t("viewer.place", { n: index + 1, of: moments.length })}
        </b>
        <button type="button" className="button" disabled={index >= moments.length - 1} onClick={() => go(1)}>
          {t("viewer.later")} <kbd aria-hidden="true">→</kbd>
        </button>
        <button type="button" className="button" disabled={zoom === 0} aria-label={t("viewer.smaller")} onClick={() => closer(-1)}>
          −
        </button>
        <button type="button" className="button" disabled={zoom === ZOOMS.length - 1} aria-label={t("viewer.larger")} onClick={() => closer(1)}>
          +
        </button>
        <button type="button" className="button" aria-pressed={compare} onClick={() => setCompare(!compare)}>
          {t("viewer.compare")}
        </button>
        {frame ? (
          <button type="button" className="button" aria-pressed={boxes} onClick={() => setBoxes(!boxes)}>
            {t("viewer.boxes")} <kbd aria-hidden="true">B</kbd>
          </button>
        ) : null}
        {piece.mime.startsWith("video/") ? (
          <>
            <button type="button" className="button" onClick={() => jump(-JUMP_S)}>
              {t("viewer.back10")}
            </button>
            <button type="button" className="button" onClick={() => jump(JUMP_S)}>
              {t("viewer.on10")}
            </button>
          </>
        ) : null}
      </div>
      <div className={compare ? "viewer-views two" : "viewer-views"}>
        <figure>
          <div className="viewer-frame" tabIndex={0} role="group" aria-label={say(title)}>
            <div className="viewer-piece" style={{ width: `${(ZOOMS[zoom] ?? 1) * 100}%` }}>
              {piece.mime.startsWith("video/") ? <Clip key={piece.sha256} sha256={piece.sha256} clip={clip} /> : <Picture key={piece.sha256} sha256={piece.sha256} alt={say(title)} />}
              {frame && boxes ? <span className="viewer-box" style={frame} aria-hidden="true" /> : null}
            </div>
          </div>
          <figcaption>
            {phase ? <b>{t(`viewer.${phase}`)}</b> : null} <span className="numbers">{when}</span>
            {piece.after !== null && phase !== "at" ? <span className="second numbers"> {t(piece.after < 0 ? "viewer.s_before" : "viewer.s_after", { span: span(piece.after * 1000, currentLanguage()) })}</span> : null}
            {piece.by ? <span className="second"> · {piece.by}</span> : null}
          </figcaption>
        </figure>
        {compare ? (
          <figure>
            <div className="viewer-frame">{usual ? <Picture sha256={usual.sha256} alt={t("viewer.usual")} /> : <p className="picture-gone second">{t("viewer.no_usual")}</p>}</div>
            <figcaption>
              <b>{t("viewer.usual")}</b> {usual ? <span className="numbers">{momentWords(usual.at, me.site.timezone, currentLanguage(), now)}</span> : null}
            </figcaption>
          </figure>
        ) : null}
      </div>
      <LiftVeil key={piece.sha256} sha256={piece.sha256} />
      <p className="viewer-facts second">{facts}</p>
    </section>
  );
}

/** A clip cannot be veiled: it is shown when a reason was given. */
function Clip({ sha256, clip }: { sha256: string; clip: RefObject<HTMLVideoElement | null> }) {
  const { t } = useTranslation("seat");
  const clear = useRevealed(({ shown }) => shown.has(sha256));
  if (!clear) return <p className="picture-gone second">{t("viewer.clip_veiled")}</p>;
  return <video ref={clip} className="picture" src={wholeOf(sha256)} onError={() => veilAgain(sha256)} controls muted preload="metadata" aria-label={t("viewer.clip")} />;
}

/** The newest picture of a camera that sees the same place: how it looks there otherwise. */
function useUsual(spot: Spot, wanted: boolean): { sha256: string; at: string } | null {
  const me = useMe();
  const found = useQuery({ queryKey: ["cameras"], queryFn: readCameras, enabled: wanted && me.permissions.includes("cameras.read") });
  return camerasAt(spot, found.data?.items ?? []).find((camera) => camera.picture !== null)?.picture ?? null;
}
