/// <reference lib="webworker" />
import { type Said, Source } from "./source";

/** One event stream for all tabs of this browser: browsers allow only six connections to one host. */
const scope = self as unknown as SharedWorkerGlobalScope;
const ports = new Set<MessagePort>();
let lost = false;

const source = new Source("/api/stream", (said) => {
  lost = said.kind !== "message";
  for (const port of ports) port.postMessage(said);
});

scope.onconnect = (event) => {
  const port = event.ports[0];
  if (!port) return;
  port.onmessage = (message: MessageEvent<"hello" | "bye" | "again">) => {
    if (message.data === "again") source.open();
    else if (message.data === "hello") join(port);
    else ports.delete(port);
    if (ports.size === 0) source.close();
  };
  join(port);
};

function join(port: MessagePort): void {
  const first = ports.size === 0;
  ports.add(port);
  if (first) {
    lost = false;
    source.forget(); // what was known when the last page was closed is not the present
    source.open();
  }
  if (!source.live.waiting) port.postMessage({ kind: "live", live: source.live } satisfies Said);
  if (lost) port.postMessage({ kind: "closed" } satisfies Said);
}
