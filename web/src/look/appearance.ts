import { create } from "zustand";

import { remember, remembered } from "./remembered";

export type TextSize = "standard" | "large" | "xlarge";
export type Theme = "dark" | "light";

interface Appearance {
  size: TextSize;
  theme: Theme;
  setSize: (size: TextSize) => void;
  setTheme: (theme: Theme) => void;
}

const SIZES: TextSize[] = ["standard", "large", "xlarge"];

function startSize(): TextSize {
  const kept = remembered("size");
  return SIZES.find((size) => size === kept) ?? "standard";
}

function startTheme(): Theme {
  const kept = remembered("theme");
  if (kept === "dark" || kept === "light") return kept;
  return document.documentElement.dataset.theme === "dark" ? "dark" : "light";
}

/** Text size and theme of this screen; the stylesheet reads them from <html data-size data-theme>. */
export const useAppearance = create<Appearance>((set) => ({
  size: startSize(),
  theme: startTheme(),
  setSize: (size) => {
    remember("size", size);
    document.documentElement.dataset.size = size;
    set({ size });
  },
  setTheme: (theme) => {
    remember("theme", theme);
    document.documentElement.dataset.theme = theme;
    set({ theme });
  },
}));

export function applyAppearance(): void {
  const { size, theme } = useAppearance.getState();
  document.documentElement.dataset.size = size;
  document.documentElement.dataset.theme = theme;
}
