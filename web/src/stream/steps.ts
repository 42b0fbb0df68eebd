import type { StreamMessage } from "./live";

/** A step this quick disturbs nobody, and waiting after it would only make the next one late. */
const QUICK_MS = 14;
/** Of a slow station at most this share of the time goes into drawing what the stream says. */
const SHARE = 0.12;
/** However slow the station is: what was said is drawn within this. */
const MOST_MS = 300;

/**
 * Hands messages on at once while drawing them is quick; a slow station takes several in one step.
 *
 * What a step costs is measured from its beginning to the moment at which the page has time again. None is lost, and
 * their order stays.
 */
export class Steps {
  private waiting: StreamMessage[] = [];
  private notBefore = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly draw: (messages: StreamMessage[]) => void,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  take(message: StreamMessage): void {
    this.waiting.push(message);
    if (this.timer !== null) return;
    const wait = this.notBefore - this.clock();
    if (wait > 0) this.timer = setTimeout(() => this.step(), wait);
    else this.step();
  }

  /** Forgets what waits: a whole picture has come, or nobody looks any more. */
  clear(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.waiting = [];
  }

  private step(): void {
    this.timer = null;
    const messages = this.waiting;
    this.waiting = [];
    const began = this.clock();
    this.draw(messages);
    setTimeout(() => {
      const costMs = this.clock() - began;
      this.notBefore = costMs <= QUICK_MS ? 0 : began + Math.min(costMs / SHARE, MOST_MS);
    }, 0);
  }
}
