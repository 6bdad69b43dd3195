import type { HostReport, HostReportAnswer, NetworkEvent } from '../control/api.js';
import type { HttpClient } from '../control/http-client.js';

/** Between two reports at least, so that a thousand joins are not a thousand reports. */
const THROTTLE_MS = 100;
/** And longer for many nodes, since a report holds them all. */
const THROTTLE_PER_NODE_MS = 2;
/** A report without a change tells that the host lives. */
const HEARTBEAT_MS = 5000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2000;
const TIMEOUT_MS = 5000;
/** Events kept while the coordinator is away. */
const MAX_EVENTS = 1000;

export interface ReporterInit {
  client: HttpClient;
  /** Base address of the coordinator. */
  coordinator: string;
  name: string;
  /** Nodes of the host that are on their way; 0 = all that will join have joined. */
  underway: () => number;
  /** @param full whether it must hold the nodes */
  build: (full: boolean) => Promise<Omit<HostReport, 'events'>>;
}

/** Keeps the coordinator told: at once when something changed, else every 5 s, quietly again while it is away. */
export class Reporter {
  readonly #init: ReporterInit;
  #events: NetworkEvent[] = [];
  #changed = true;
  #timer: NodeJS.Timeout | undefined;
  #dueAtMs = Number.POSITIVE_INFINITY;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  /** The report on its way. */
  #sending: Promise<void> | undefined;
  #failures = 0;
  #stopped = false;

  constructor(init: ReporterInit) {
    this.#init = init;
  }

  start(): void {
    this.#schedule(0);
  }

  /** A node has changed. @param event what to tell those who listen to the network's events */
  changed(event?: NetworkEvent): void {
    this.#changed = true;
    if (event && this.#events.length < MAX_EVENTS) this.#events.push(event);
    if (this.#failures === 0) this.#schedule(this.#sentAtMs + this.#throttleMs() - performance.now());
  }

  /** Sends a last report and no more. Never throws. */
  async flush(): Promise<void> {
    this.#stop();
    await this.#post().catch(() => {});
  }

  /** Says that the host has ended; the coordinator forgets it. Never throws. */
  async goodbye(timeoutMs: number): Promise<void> {
    this.#stop();
    // A report that arrived after the goodbye would bring the host back.
    await this.#sending;
    const { client, coordinator, name } = this.#init;
    const url = `${coordinator}/v1/hosts/${encodeURIComponent(name)}`;
    await client.request('DELETE', url, { timeoutMs }).catch(() => {});
  }

  /** The last change is told soon: somebody may wait for it. */
  #throttleMs(): number {
    return Math.max(THROTTLE_MS, this.#init.underway() * THROTTLE_PER_NODE_MS);
  }

  #stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    if (this.#stopped || this.#sending) return;
    const dueAtMs = performance.now() + Math.max(0, delayMs);
    if (this.#timer && dueAtMs >= this.#dueAtMs) return;
    clearTimeout(this.#timer);
    this.#dueAtMs = dueAtMs;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#sending = this.#send();
      },
      Math.max(0, delayMs),
    );
  }

  async #send(): Promise<void> {
    try {
      await this.#post();
      this.#failures = 0;
    } catch {
      this.#failures++;
    }
    this.#sending = undefined;
    if (this.#failures > 0)
      this.#schedule(Math.min(FIRST_RETRY_MS * 2 ** (this.#failures - 1), LAST_RETRY_MS));
    else this.#schedule(this.#changed ? this.#throttleMs() : HEARTBEAT_MS);
  }

  async #post(): Promise<void> {
    const full = this.#changed;
    const events = this.#events;
    this.#changed = false;
    this.#events = [];
    this.#sentAtMs = performance.now();
    try {
      const report: HostReport = { ...(await this.#init.build(full)), events };
      const { client, coordinator } = this.#init;
      const answer = await client.request<HostReportAnswer>('POST', `${coordinator}/v1/hosts`, {
        body: report,
        timeoutMs: TIMEOUT_MS,
      });
      if (answer.resend) this.#changed = true;
    } catch (error) {
      this.#changed ||= full;
      this.#events = [...events, ...this.#events].slice(0, MAX_EVENTS);
      throw error;
    }
  }
}
