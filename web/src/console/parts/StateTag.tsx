/** How something stands: always a shape and a word; the colours of levels are left to levels. */
export type Tone = "good" | "off" | "wait" | "bad";

const SHAPES: Record<Tone, string> = {
  good: "M3 8.500l3.500 3.500L13 4.500",
  off: "M3.500 8h9",
  wait: "M8 3.500V8l3 2M8 14.500a6.500 6.500 0 100-13 6.500 6.500 0 000 13z",
  bad: "M4 4l8 8M12 4l-8 8",
};

export function StateTag({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={`state-tag ${tone}`}>
      <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="2.400" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        <path d={SHAPES[tone]} />
      </svg>
      {children}
    </span>
  );
}
