// Serves the built pages and answers the HTTP API from memory: `npm run fake`, then http://127.0.0.1:8090/duty
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

import { actions, both, people, places, site, states, stories } from "./community.mjs";

const STATIC = join(import.meta.dirname, "../../gateway/static");
const PORT = Number(process.env.PORT ?? 8090);
const PAGES = { "/": "index.html", "/login": "index.html", "/duty": "duty.html", "/m": "m.html", "/report": "report.html" };
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json" };

let seq = 100;
let user = process.env.WHO ?? "li.na";
let quiet = false;
const incidents = new Map();
const alerts = new Map();
const listeners = new Set();
const results = new Map();
const at = (ms = 0) => new Date(Date.now() + ms).toISOString();

function allowed(incident) {
  const roles = people[user].roles;
  const names = Object.entries(actions).filter(([name, [from, , who]]) => {
    if (!from.includes(incident.state) || !who.some((role) => roles.includes(role))) return false;
    if (name === "reject" && incident.level < "L3" && !roles.includes("manager")) return false;
    if (name === "take" && roles.includes("worker") && !incident.assignees.some((one) => one.id === user)) return false;
    return true;
  });
  const undo = incident.previous && incident.previous.by === user && Date.now() < incident.previous.until ? ["undo"] : [];
  return [...names.map(([name]) => name), ...undo];
}

const view = ({ timeline: _t, previous: _p, steps: _s, ...incident }) => ({ ...incident, state_name: states[incident.state], allowed: allowed(incidents.get(incident.number)) });

function raise(story, secondsAgo = 0) {
  seq += 1;
  const number = `lijing-20261122-${String(incidents.size + 1).padStart(3, "0")}`;
  const id = `a${seq}`;
  const opened = at(-secondsAgo * 1000);
  alerts.set(id, {
    id, rule: "rule", name: story.title, stage: "alarm", level: story.level, category: story.category, category_name: story.title,
    device: "dev", device_name: story.device, place: story.place, building: story.building, grid: "g1", key: {}, count: 1 + (seq % 3),
    opened_at: opened, last_at: opened, open: true, cleared_at: null, acknowledged_by: null, acknowledged_name: null, incident: number,
    why: story.why, late: false, updated_seq: seq,
  });
  incidents.set(number, {
    number, state: "pending_verify", version: 1, level: story.level, category: story.category, category_name: story.title, title: story.title,
    place: story.place, building: story.building, device: "dev", grid: "g1", owner: null, owner_name: null, assignees: [], opened_at: opened,
    closed_at: null, due: { timer: "verify", at: at((story.level === "L1" ? 60 : 180) * 1000 - secondsAgo * 1000) }, timers: {}, alerts: [id],
    photos: [], close_code: null, close_name: null, checker_name: null, drill: false, late: false, updated_seq: seq, previous: null, steps: story.steps.map((text, i) => ({ index: i, text, done_at: null, done_by: null })),
    timeline: [{ id: seq, at: opened, actor: "system", actor_name: both("系统", "system"), role: "system", channel: "engine", action: "open", action_name: both("报警", "alarm"), from_state: null, to_state: "pending_verify", reason: null, text: null, facts: {}, attachments: [], erased: false }],
  });
  tell("delta", { seq, alerts: [alerts.get(id)], incidents: [view(incidents.get(number))], devices: [] });
  return number;
}

function act(number, { action, version, fields }, key) {
  if (results.has(key)) return results.get(key);
  const incident = incidents.get(number);
  if (!incident) return problem(404, "not_found", "没有这个案件。", "There is no such case.");
  if (version !== incident.version && action !== "note" && action !== "take") {
    const last = incident.timeline.at(-1);
    return problem(409, "stale_version", `${last.actor_name.zh} 刚刚做了：${last.action_name.zh}。请看过再决定。`, `${last.actor_name.en} has just done: ${last.action_name.en}. Look again, then decide.`);
  }
  if (!allowed(incident).includes(action)) return problem(409, "not_allowed", `“${states[incident.state].zh}”的案件不能这样做。`, `Not possible while the case is ${states[incident.state].en}.`);
  seq += 1;
  const before = { ...incident };
  if (action === "undo") Object.assign(incident, incident.previous.incident, { previous: null });
  else {
    incident.previous = { by: user, until: Date.now() + 8000, incident: before };
    incident.state = actions[action][1] ?? incident.state;
  }
  if (fields.assignee) incident.assignees = [{ id: fields.assignee, name: people[fields.assignee].name }];
  if (action === "take") Object.assign(incident, { owner: user, owner_name: people[user].name });
  const step = incident.steps.find((one) => one.index === fields.step);
  if (step) Object.assign(step, { done_at: at(), done_by: people[user].name });
  incident.version = before.version + 1;
  incident.updated_seq = seq;
  incident.due = incident.state === "closed" ? null : { timer: "next", at: at(900_000) };
  incident.timeline = [...incident.timeline, { id: seq, at: at(), actor: user, actor_name: both(people[user].name, people[user].name), role: people[user].roles[0], channel: "web", action, action_name: actions[action]?.[3] ?? both("撤销", "undo"), from_state: before.state, to_state: incident.state, reason: fields.reason ?? null, text: fields.note ? { note: fields.note } : null, facts: {}, attachments: [], erased: false }];
  tell("delta", { seq, alerts: [], incidents: [view(incident)], devices: [] });
  const answer = [200, { incident: view(incident), result: {} }];
  results.set(key, answer);
  return answer;
}

const problem = (status, code, zh, en) => [status, { type: `/problems/${code}`, title: code, status, code, detail: both(zh, en), facts: {} }];
const duty = () => ({ at: at(), grids: [{ grid: "g1", grid_name: both("第一网格", "Grid 1"), gap: false, people: ["li.na", "wang.qiang", "zhao.min"].map((id) => ({ id, name: people[id].name, roles: people[id].roles, until: at(4 * 3600_000) })) }, { grid: "g2", grid_name: both("第二网格", "Grid 2"), gap: true, people: [] }] });
const health = () => ({ status: "ok", reasons: [], devices: { total: 214, online: 212 } });
const mine = (incident) => !people[user].roles.includes("worker") || incident.assignees.some((one) => one.id === user);
const open = () => [...incidents.values()].filter((one) => !["closed", "rejected"].includes(one.state) && mine(one)).map(view);

function tell(event, body) {
  if (quiet) return;
  for (const response of listeners) response.write(`event: ${event}\ndata: ${JSON.stringify(body)}\n\n`);
}
setInterval(() => tell("beat", { seq, at: at(), load: { hour: 2, ten_minutes: 1, flood: false, events_per_minute: 61, open_alerts: alerts.size, open_incidents: open().length }, health: health() }), 5000);

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

async function api(request, path, response) {
  const json = async () => JSON.parse((await body(request)).toString() || "{}");
  const key = request.headers["idempotency-key"] ?? "";
  const [, , kind, id, verb] = path.split("/");
  if (path === "/api/stream") {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    listeners.add(response);
    request.on("close", () => listeners.delete(response));
    if (!quiet) response.write(`event: snapshot\ndata: ${JSON.stringify({ seq, at: at(), alerts: [...alerts.values()], incidents: open(), duty: duty(), health: health(), truncated: false })}\n\n`);
    return null;
  }
  if (path === "/api/login") user = (await json()).user;
  if (path === "/api/me" || path.startsWith("/api/login")) {
    if (!people[user]) return problem(401, "login_failed", "姓名或密码不对。", "Name or password is wrong.");
    const home = people[user].roles.includes("worker") ? "/m" : "/duty";
    return [200, { id: user, name: people[user].name, user: { id: user, name: people[user].name }, roles: people[user].roles, grids: [], language: "zh-CN", csrf: "c", home, site, permissions: [], banner: null, expires_at: at(3600_000) }];
  }
  if (kind === "incidents" && !id) return [200, { items: [...incidents.values()].filter(mine).map(view), next: null }];
  if (kind === "incidents" && !verb) {
    const incident = incidents.get(decodeURIComponent(id));
    if (!incident) return problem(404, "not_found", "没有这个案件，或者您看不到它。", "There is no such case.");
    return [200, { incident: view(incident), actions: [], why: null, report: null, alerts: incident.alerts.map((one) => alerts.get(one)), timeline: incident.timeline, evidence: [{ sha256: `pic-${incident.building}`, mime: "image/svg+xml", size: 1, at: incident.opened_at, event: null }], plan: { id: "p", version: 1, name: both("预案", "Plan"), steps: incident.steps, prompt: incident.level === "L1" ? both("有明火：打 119，说“丽景苑 3号楼 1单元 5层 冒烟”", "Open fire: call 119 and say: Lijing Garden, building 3, unit 1, floor 5, smoke") : null, ladder_step: 0, need_acks: 1 }, told: [] }];
  }
  if (verb === "actions") return act(decodeURIComponent(id), await json(), key);
  if (verb === "candidates") return [200, [["wang.qiang", both("当班 · 第一网格 · 手上没有案件", "on duty · grid 1 · no open case")], ["zhao.min", both("当班 · 第一网格 · 手上 1 件", "on duty · grid 1 · 1 open case")]].map(([person, reason], i) => ({ person, name: people[person].name, on_duty: true, score: i, reason }))];
  if (verb === "photos") { await body(request); const incident = incidents.get(decodeURIComponent(id)); const sha256 = `ph-${(seq += 1)}`; incident.photos = [...incident.photos, { sha256, mime: "image/jpeg", size: 1, captured_at: at(), received_at: at(), by: { id: user, name: people[user].name } }]; return [200, { sha256, mime: "image/jpeg", size: 1, width: 1, height: 1, captured_at: at(), received_at: at() }]; }
  if (kind === "alerts" && !id) return [200, { items: [...alerts.values()], next: null }];
  if (kind === "places") return [200, places];
  if (kind === "reports") return [200, { incident: raise({ ...stories[3], why: both((await json()).text, "") }), message: both("收到了", "We have it") }];
  if (kind === "evidence") {
    response.writeHead(200, { "content-type": "image/svg+xml" });
    response.end(`<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="640" height="360" fill="#39424c"/><path d="M0 360L240 150h160l240 210z" fill="#515c68"/><rect x="270" y="90" width="100" height="150" fill="#242b33"/></svg>`);
    return null;
  }
  return problem(404, "no_such_page", "这个地址不存在。", "Nothing answers here.");
}

async function page(path, response) {
  const name = PAGES[path] ?? path.slice(1);
  try {
    const file = await readFile(join(STATIC, name));
    response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "application/octet-stream", "content-security-policy": "default-src 'self'; img-src 'self' blob: data:; object-src 'none'" });
    response.end(file);
  } catch {
    response.writeHead(404).end();
  }
}

createServer(async (request, response) => {
  const path = new URL(request.url, "http://x").pathname;
  if (path === "/fake/raise") return response.end(raise(stories[Number(new URL(request.url, "http://x").searchParams.get("n") ?? 1)]));
  if (path === "/fake/quiet") { quiet = !quiet; return response.end(String(quiet)); }
  if (path === "/fake/who") { user = new URL(request.url, "http://x").searchParams.get("user"); return response.end(user); }
  if (!path.startsWith("/api/")) return page(path, response);
  const answer = await api(request, path, response);
  if (answer) response.writeHead(answer[0], { "content-type": "application/json" }).end(JSON.stringify(answer[1]));
}).listen(PORT, "127.0.0.1", () => console.log(`fake gateway on http://127.0.0.1:${PORT}`));

raise(stories[3], 4200);
raise(stories[2], 1000);
raise(stories[1], 95);
raise(stories[0], 22);
