// What a page loads at first use, compressed, against its budget. `node size-gate.mjs` after a build.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const STATIC = join(import.meta.dirname, "../gateway/static");
const BUDGETS_KB = { "duty.html": 200, "m.html": 150, "report.html": 150, "index.html": 150 };

const manifest = JSON.parse(readFileSync(join(STATIC, "manifest.json"), "utf8"));

function firstUse(entry, seen = new Set()) {
  const chunk = manifest[entry];
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const style of chunk.css ?? []) seen.add(style);
  for (const part of chunk.imports ?? []) firstUse(part, seen);
  return seen;
}

let failed = 0;
for (const [page, budget] of Object.entries(BUDGETS_KB)) {
  const files = [...firstUse(page), page];
  const kb = files.reduce((sum, file) => sum + statSync(join(STATIC, `${file}.gz`)).size, 0) / 1024;
  const over = kb > budget;
  failed += over ? 1 : 0;
  console.log(`${over ? "OVER " : "ok   "}${page.padEnd(12)} ${kb.toFixed(1)} KB of ${budget} KB`);
}
process.exit(failed === 0 ? 0 : 1);
