/** Pictures of what can be reported, drawn by us; the word beside each says the same. */
const PATHS: Record<string, string> = {
  "0302": "M6 3h12v18H6zM12 3v18M9 9l-1 1.500M15 13l1 1.500",
  "0304": "M12 3c4 5 6 8 6 11a6 6 0 01-12 0c0-3 2-6 6-11zM9.500 15a3 3 0 002.500 2.500",
  "0307": "M9 20h6M12 20v-9M8 11h8l-1.500-6h-5zM4.500 6L6 7M19.500 6L18 7",
  "0602": "M6 8h12l-1 13H7zM4 8h16M9.500 8V4.500h5V8M10 12v5M14 12v5",
  "0603": "M4 9.500v5h3.500L12 19V5L7.500 9.500zM15.500 8.500a5 5 0 010 7M18 6a8.500 8.500 0 010 12",
  "0601": "M5 16v-4l2-5h10l2 5v4zM5 12h14M7.500 19v-3M16.500 19v-3M8 14h.01M16 14h.01",
  "0605": "M5 11c0 5 3 9 7 9s7-4 7-9M5 11L4 5l5 3h6l5-3-1 6M9.500 12.500h.01M14.500 12.500h.01M12 16v1",
  "0105": "M12 3c1 3 5 5 5 10a5 5 0 01-10 0c0-2 1-3 2-4 0 2 1 3 2 3 1.500-2-.5-5 1-9z",
};
const OTHER = "M5 5h14v10h-8l-4 4v-4H5zM9 10h.01M12 10h.01M15 10h.01";

export function KindPicture({ code }: { code: string }) {
  return (
    <svg className="kind-picture" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[code] ?? OTHER} />
    </svg>
  );
}
