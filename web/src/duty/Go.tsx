import type { MouseEvent, ReactNode } from "react";

import { go } from "./where";

/** A link to a page of the seat: an address that can be copied or opened in a tab, and no reload. */
export function Go({ to, children, className, current, label }: { to: string; children: ReactNode; className?: string; current?: boolean; label?: string }) {
  const press = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to} className={className} aria-current={current ? "page" : undefined} aria-label={label} onClick={press}>
      {children}
    </a>
  );
}
