import { incidents as readIncidents, openAlerts } from "../api/gateway";
import { fold, type Live, NOTHING } from "./live";
import { type Said, Source } from "./source";

/** A running connection; `again` asks for a fresh snapshot, `close` ends it. */
export interface Connection {
  way: "worker" | "page" | "polling";
  again: () => void;
  close: () => void;
}

/**
 * Connects to the gateway's stream the best way this browser knows: a shared worker, else an event source of
 * this page, else asking every five seconds.
 */
export function connect(tell: (said: Said) => void, options: { shared: boolean }): Connection {
  if (options.shared && typeof SharedWorker !== "undefined") {
    try {
      return throughWorker(tell);
    } catch {
      // some embedded browsers know the name and refuse the thing; the page's own stream follows
    }
  }
  if (typeof EventSource !== "undefined") return throughPage(tell);
  return byAsking(tell);
}

function throughWorker(tell: (said: Said) => void): Connection {
  const worker = new SharedWorker(new URL("./worker.ts", import.meta.url), { type: "module", name: "gateway-stream" });
  const port = worker.port;
  port.onmessage = (event: MessageEvent<Said>) => tell(event.data);
  port.start();
  const bye = () => port.postMessage("bye");
  const back = (event: PageTransitionEvent) => event.persisted && port.postMessage("hello"); // kept by the browser and shown again
  window.addEventListener("pagehide", bye);
  window.addEventListener("pageshow", back);
  return {
    way: "worker",
    again: () => port.postMessage("again"),
    close: () => {
      window.removeEventListener("pagehide", bye);
      window.removeEventListener("pageshow", back);
      bye();
      port.close();
    },
  };
}

function throughPage(tell: (said: Said) => void): Connection {
  const source = new Source("/api/stream", tell);
  source.open();
  return { way: "page", again: () => source.open(), close: () => source.close() };
}

function byAsking(tell: (said: Said) => void): Connection {
  let live: Live = NOTHING;
  const look = async () => {
    try {
      const [alerts, incidents] = await Promise.all([openAlerts(), readIncidents({ state: "open" })]);
      live = fold(live, { type: "snapshot", seq: live.seq + 1, at: new Date().toISOString(), alerts: alerts.items, incidents: incidents.items });
      tell({ kind: "live", live });
    } catch {
      tell({ kind: "closed" });
    }
  };
  void look();
  const timer = setInterval(() => void look(), 5_000);
  return { way: "polling", again: () => void look(), close: () => clearInterval(timer) };
}
