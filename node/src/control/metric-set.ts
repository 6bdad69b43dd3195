import { Counter, Gauge, Registry } from 'prom-client';
import type { Traffic } from './api.js';

/** One value of a metric. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

type Read = () => Sample[] | Promise<Sample[]>;

/** Labels that say where nodes of one process belong: comma-separated where it has several. */
export function placeLabels(tiers: readonly string[], regions: readonly string[]): Record<string, string> {
  return { tiers: tiers.join(','), regions: regions.join(',') };
}

/** Metrics that are read from plain counters at each scrape: nothing is kept twice. */
export class MetricSet {
  readonly #registry = new Registry();

  /** @param labels that all its metrics carry */
  constructor(labels: Record<string, string>) {
    this.#registry.setDefaultLabels(labels);
  }

  counter(name: string, help: string, labelNames: string[], read: Read): void {
    new Counter({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      async collect() {
        const samples = await read();
        this.reset();
        for (const { labels, value } of samples) this.inc(labels, value);
      },
    });
  }

  gauge(name: string, help: string, labelNames: string[], read: Read): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      async collect() {
        const samples = await read();
        this.reset();
        for (const { labels, value } of samples) this.set(labels, value);
      },
    });
  }

  /** The counters of the nodes' sockets, of one or several groups of nodes. */
  traffic(
    read: () => { labels: Record<string, string>; traffic: Traffic }[],
    labelNames: string[] = [],
  ): void {
    const one = (name: string, help: string, value: (traffic: Traffic) => number) =>
      this.counter(name, help, labelNames, () =>
        read().map(({ labels, traffic }) => ({ labels, value: value(traffic) })),
      );
    const both = (name: string, help: string, sent: keyof Traffic, received: keyof Traffic) =>
      this.counter(name, help, [...labelNames, 'direction'], () =>
        read().flatMap(({ labels, traffic }) => [
          { labels: { ...labels, direction: 'sent' }, value: traffic[sent] },
          { labels: { ...labels, direction: 'received' }, value: traffic[received] },
        ]),
      );
    both('cqkd_datagrams_total', 'Datagrams', 'datagramsSent', 'datagramsReceived');
    both('cqkd_bytes_total', 'Bytes of datagrams', 'bytesSent', 'bytesReceived');
    one('cqkd_datagrams_dropped_total', 'Malformed, unknown or spoofed datagrams', (t) => t.datagramsDropped);
    one('cqkd_requests_total', 'Requests sent', (t) => t.requestsSent);
    one('cqkd_requests_failed_total', 'Requests that no attempt got an answer to', (t) => t.requestsFailed);
    one('cqkd_refresh_datagrams_total', 'Datagrams that refresh caused', (t) => t.refreshDatagrams);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
