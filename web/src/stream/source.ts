import { fold, type Live, NOTHING, type StreamMessage } from "./live";

/**
 * What a page hears: everything that is known (when it joins), one message to fold into that, or what became of the line.
 *
 * Not all of it each time: with fifty changes a second a page would copy some hundred rows for the one that changed, and
 * could not tell which of them are still the same.
 */
export type Said = { kind: "live"; live: Live } | { kind: "message"; message: StreamMessage } | { kind: "closed" } | { kind: "refused" };

const EVENTS = ["snapshot", "delta", "beat", "notice"] as const;
const SILENT_MS = 11_000;

/**
 * Owns one EventSource: folds what it says, asks for a fresh snapshot after a gap, and comes back by itself.
 *
 * Runs in the shared worker, or in the page where there is none. `tell` hears every change.
 */
export class Source {
  live: Live = NOTHING;
  private events: EventSource | null = null;
  private heard = 0;
  private failures = 0;
  private watch: ReturnType<typeof setInterval> | null = null;
  private again: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly address: string,
    private readonly tell: (said: Said) => void,
  ) {}

  open(): void {
    this.close();
    this.heard = Date.now();
    const events = new EventSource(this.address, { withCredentials: true });
    this.events = events;
    for (const name of EVENTS) {
      events.addEventListener(name, (event) => this.hear(name, (event as MessageEvent<string>).data));
    }
    events.onerror = () => this.failed();
    this.watch = setInterval(() => {
      if (Date.now() - this.heard > SILENT_MS) this.failed();
    }, 2_000);
  }

  /** Begins with nothing, as if never opened. */
  forget(): void {
    this.live = NOTHING;
  }

  close(): void {
    this.events?.close();
    this.events = null;
    if (this.watch) clearInterval(this.watch);
    if (this.again) clearTimeout(this.again);
    this.watch = null;
    this.again = null;
  }

  private hear(type: StreamMessage["type"], text: string): void {
    this.heard = Date.now();
    this.failures = 0;
    const message = { type, ...(JSON.parse(text) as object) } as StreamMessage;
    this.live = fold(this.live, message);
    this.tell({ kind: "message", message });
    if (this.live.gap) this.open(); // a new connection begins with a fresh snapshot
  }

  private failed(): void {
    this.close();
    this.failures += 1;
    this.tell({ kind: "closed" });
    if (this.failures % 3 === 0) this.tell({ kind: "refused" }); // perhaps the login ran out: the page looks
    this.again = setTimeout(() => this.open(), Math.min(1_000 * this.failures, 5_000));
  }
}
