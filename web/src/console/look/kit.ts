import { theme as kit, type ThemeConfig } from "antd";

import type { TextSize, Theme } from "../../look/appearance";

/** The page's own nonce: without it the browser refuses every style element the kit writes. */
export const styleNonce = { nonce: document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "" };

/** A value of tokens.css as it stands now. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The kit's tokens from ours, so that colours and sizes are written down once, in tokens.css. */
export function kitLook(_size: TextSize, theme: Theme): ThemeConfig {
  const base = Number.parseFloat(token("base"));
  const target = Number.parseFloat(token("target"));
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  return {
    algorithm: theme === "dark" ? kit.darkAlgorithm : kit.defaultAlgorithm,
    token: {
      colorPrimary: theme === "dark" ? token("link") : token("action"),
      colorLink: token("link"),
      colorBgBase: token("card"),
      colorBgContainer: token("card"),
      colorBgElevated: token("card"),
      colorTextBase: token("text"),
      colorText: token("text"),
      colorTextSecondary: token("second"),
      colorTextTertiary: token("second"),
      colorTextQuaternary: token("second"),
      colorTextPlaceholder: token("second"),
      colorTextDisabled: token("second"),
      colorBorder: token("strong-edge"),
      colorBorderSecondary: token("edge"),
      colorError: token("l1"),
      fontFamily: token("font"),
      fontSize: base,
      fontSizeSM: Math.max(14, base * 0.875),
      controlHeight: target,
      controlHeightSM: target,
      controlHeightLG: target,
      borderRadius: 8,
      lineWidthFocus: 3,
      motion: !still,
      motionDurationFast: "0.08s",
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.15s",
      wireframe: false,
    },
  };
}
