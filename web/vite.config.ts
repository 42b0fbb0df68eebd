import react from "@vitejs/plugin-react";
import { globSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

import type { ConsolePage } from "./src/console/page";

const here = import.meta.dirname;

/** Writes down which pages the console has, so that whoever checks the built pages need not know them. */
function listOfPages(): Plugin {
  return {
    name: "list-of-pages",
    async generateBundle() {
      const files = globSync("src/console/pages/*/page.ts", { cwd: here }).sort();
      const pages = await Promise.all(
        files.map(async (file) => {
          const { page } = (await import(pathToFileURL(resolve(here, file)).href)) as { page: ConsolePage };
          return { folder: basename(dirname(file)), ...page };
        }),
      );
      this.emitFile({ type: "asset", fileName: "console-pages.json", source: JSON.stringify(pages, null, 1) });
    },
  };
}

// One entry per door; each has its own weight budget in size-gate.mjs.
export default defineConfig({
  root: here,
  base: "/",
  plugins: [react(), listOfPages()],
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
        wall: resolve(here, "wall.html"),
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
