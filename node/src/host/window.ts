import type { WindowAnswer } from '../control/host-api.js';
import { pause } from '../control/pause.js';
import { DurationHistogram, type RpcStats } from '../wire/stats.js';
import type { Host } from './host.js';

/** An unanswered attempt is known as one only when no late answer came either; waited for at most so long. */
const SETTLE_MS = 3000;
const LOOK_AGAIN_MS = 50;

/** Notes what the nodes of a host see for a while: round trips, losses, datagrams. */
export class StatsWindow {
  readonly #host: Host;
  #open: { stats: RpcStats[]; datagrams: number; refreshDatagrams: number } | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Begins anew. */
  open(): void {
    const stats = this.#host.nodes.flatMap((node) => node.stats ?? []);
    for (const each of stats) each.openWindow();
    this.#open = { stats, ...this.#datagrams() };
  }

  /** Waits until requests on the way are settled, then ends the window. */
  async close(signal: AbortSignal): Promise<WindowAnswer> {
    const now = this.#datagrams();
    const before = this.#open ?? { stats: [], ...now };
    this.#open = undefined;
    await this.#settle(signal);
    const roundTrips = new DurationHistogram();
    const unanswered: Record<string, number> = {};
    let attempts = 0;
    for (const each of before.stats) {
      const report = each.closeWindow();
      if (!report) continue;
      attempts += report.attempts;
      roundTrips.merge(report.roundTrips);
      for (const [id, count] of report.unanswered) unanswered[id] = (unanswered[id] ?? 0) + count;
    }
    return {
      attempts,
      roundTrips: { counts: roundTrips.counts, total: roundTrips.total },
      unanswered,
      datagrams: now.datagrams - before.datagrams,
      refreshDatagrams: now.refreshDatagrams - before.refreshDatagrams,
    };
  }

  #datagrams() {
    // Sent ones alone: a datagram that arrives was counted where it was sent, and so was the answer to a request.
    const { datagramsSent, refreshDatagrams } = this.#host.counters();
    return { datagrams: datagramsSent, refreshDatagrams };
  }

  async #settle(signal: AbortSignal): Promise<void> {
    const endsAtMs = performance.now() + SETTLE_MS;
    const unsettled = () =>
      this.#host.nodes.some((node) => node.isJoined && node.dht.kademlia.rpc.unsettled > 0);
    while (unsettled() && performance.now() < endsAtMs) {
      if (!(await pause(LOOK_AGAIN_MS, signal))) return;
    }
  }
}
