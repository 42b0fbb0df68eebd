import { create } from "zustand";

/** Which page of the seat is open; the desk goes on listening and sounding behind every one of them. */
export const useWhere = create<{ path: string; search: string }>(() => here());

function here(): { path: string; search: string } {
  return { path: window.location.pathname.replace(/\/+$/, "") || "/", search: window.location.search };
}

window.addEventListener("popstate", () => useWhere.setState(here()));

/** Opens a page of the seat without a reload. */
export function go(address: string): void {
  window.history.pushState(null, "", address);
  useWhere.setState(here());
}

/** Keeps choices of the open page in its address, so that it can be sent and survives a reload. */
export function keep(values: Record<string, string>): void {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ""));
  const text = query.toString();
  window.history.replaceState(null, "", window.location.pathname + (text ? `?${text}` : ""));
  useWhere.setState(here());
}

export const addressOfCase = (number: string): string => `/duty/case/${encodeURIComponent(number)}`;
