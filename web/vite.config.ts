import react from "@vitejs/plugin-react";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const here = import.meta.dirname;

// One entry per door; each has its own weight budget in size-gate.mjs.
export default defineConfig({
  root: here,
  base: "/",
  plugins: [react()],
  build: {
    outDir: resolve(here, "../gateway/static"),
    emptyOutDir: true,
    target: ["chrome87", "safari14"],
    cssTarget: ["chrome87", "safari14"],
    manifest: "manifest.json",
    sourcemap: false,
    assetsInlineLimit: 0, // a strict content policy allows no data: scripts or styles
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        index: resolve(here, "index.html"),
        duty: resolve(here, "duty.html"),
        m: resolve(here, "m.html"),
        report: resolve(here, "report.html"),
      },
    },
  },
  worker: { format: "es" },
  server: {
    port: 5173,
    proxy: { "/api": process.env.GATEWAY ?? "http://127.0.0.1:8080" },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
