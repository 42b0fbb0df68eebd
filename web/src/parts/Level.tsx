import { useTranslation } from "react-i18next";

import type { Level } from "../api/views";

const SHAPES: Record<Level, string> = {
  L1: "M8 0l8 8-8 8-8-8z",
  L2: "M8 1l8 14H0z",
  L3: "M1 1h14v14H1z",
  L4: "M8 15A7 7 0 108 1a7 7 0 000 14z",
};

/** The shape of a level alone; whoever uses it puts the word beside it. */
export function LevelShape({ level }: { level: Level }) {
  return (
    <svg viewBox="0 0 16 16" fill="currentColor" aria-hidden="true" className="shape">
      <path d={SHAPES[level]} />
    </svg>
  );
}

export const shapePath = (level: Level): string => SHAPES[level];

export function LevelChip({ level }: { level: Level }) {
  const { t } = useTranslation("common");
  return (
    <span className={`level ${level}`}>
      <LevelShape level={level} />
      {t(`level.${level}`)}
    </span>
  );
}
