import type { ServerResponse } from 'node:http';
import type { NetworkEvent } from '../control/api.js';

/** Events are written together at most so often. */
const FLUSH_MS = 100;
/** A comment now and then shows that the connection lives. */
const KEEP_ALIVE_MS = 15_000;
/** A listener that does not read is dropped. */
const MAX_BACKLOG_BYTES = 1 << 20;

/** Server-sent events to all that listen. Costs nothing while nobody does. */
export class EventStream {
  readonly #listeners = new Set<ServerResponse>();
  /** Makes the event that tells the present state. */
  readonly #progress: () => NetworkEvent;
  #pending: NetworkEvent[] = [];
  #progressDue = false;
  #timer: NodeJS.Timeout | undefined;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(progress: () => NetworkEvent) {
    this.#progress = progress;
  }

  /** Serves one listener; it gets the present state first. */
  add(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(format(this.#progress()));
    this.#listeners.add(response);
    response.once('close', () => this.#remove(response));
    this.#keepAlive ??= setInterval(() => this.#write(': alive\n\n'), KEEP_ALIVE_MS);
  }

  publish(event: NetworkEvent): void {
    if (this.#listeners.size === 0) return;
    this.#pending.push(event);
    this.#schedule();
  }

  /** The progress has changed; it is told with the next flush, once for many changes. */
  progressed(): void {
    if (this.#listeners.size === 0) return;
    this.#progressDue = true;
    this.#schedule();
  }

  /** Writes what is pending and hangs up. */
  close(): void {
    this.#flush();
    for (const response of this.#listeners) response.end();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#progressDue ? [...this.#pending, this.#progress()] : this.#pending;
    this.#pending = [];
    this.#progressDue = false;
    if (events.length > 0) this.#write(events.map(format).join(''));
  }

  #write(text: string): void {
    for (const response of this.#listeners) {
      if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
      else response.write(text);
    }
  }

  #remove(response: ServerResponse): void {
    this.#listeners.delete(response);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#keepAlive);
    clearTimeout(this.#timer);
    this.#keepAlive = undefined;
    this.#timer = undefined;
    this.#pending = [];
  }
}

function format(event: NetworkEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
