// What a page loads at first use, compressed, against its budget. `node size-gate.mjs` after a build; `--json` prints figures.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const STATIC = join(import.meta.dirname, "../gateway/static");
const BUDGETS_KB = { "duty.html": 200, "wall.html": 200, "m.html": 150, "report.html": 150, "index.html": 150 };
const CONSOLE_KB = 400;
const CONSOLE = ["index.html", "src/console/Console.tsx", "src/console/text.zh.ts"]; // before any page of it

const manifest = JSON.parse(readFileSync(join(STATIC, "manifest.json"), "utf8"));

function firstUse(entry, seen = new Set()) {
  const chunk = manifest[entry];
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const style of chunk.css ?? []) seen.add(style);
  for (const part of chunk.imports ?? []) firstUse(part, seen);
  return seen;
}

const asFigures = process.argv.includes("--json");
const figures = {};
let failed = 0;
function judge(name, files, budget) {
  const kb = [...files].reduce((sum, file) => sum + statSync(join(STATIC, `${file}.gz`)).size, 0) / 1024;
  const over = kb > budget;
  failed += over ? 1 : 0;
  figures[name] = { kb: Math.round(kb * 10) / 10, budget };
  if (!asFigures) console.log(`${over ? "OVER " : "ok   "}${name.padEnd(28)} ${kb.toFixed(1)} KB of ${budget} KB`);
}

for (const [page, budget] of Object.entries(BUDGETS_KB)) judge(page, [...firstUse(page), page], budget);
const components = Object.keys(manifest).filter((key) => /^src\/console\/pages\/\w+\/\w+\.tsx$/.test(key) && manifest[key].isDynamicEntry);
for (const component of components) {
  const seen = new Set(["index.html"]);
  for (const part of [...CONSOLE, component, component.replace(/\w+\.tsx$/, "text.zh.ts")]) firstUse(part, seen);
  judge(component.replace("src/console/pages/", "console/"), seen, CONSOLE_KB);
}
if (asFigures) console.log(JSON.stringify(figures));
process.exit(failed === 0 || asFigures ? 0 : 1);
