import { setImmediate as turn } from 'node:timers/promises';
import { PortRegistry, type Transport, udp } from '@cqkd/node';
import { quantile } from '../method/statistics.js';
import { each } from './each.js';
import type { Round, Work, WorkParameters } from './work.js';

/** First of the ports. */
const basePort = 20_000;
/** Nodes that look for a port at a time. */
const concurrency = 16;
const timeoutMs = 5000;

/** Ports for nodes, where half of those that they prefer are taken. */
export async function open({ nodes }: WorkParameters): Promise<Work> {
  const address = ownAddress();
  const taken: Transport[] = [];
  for (let port = basePort; port < basePort + nodes; port += 2) {
    const socket = await udp.bind(address, port).catch(() => undefined);
    if (socket) taken.push(socket);
  }
  return {
    warmUps: 1,
    round: () => lease(address, nodes),
    close: () => {
      for (const socket of taken) socket.close();
    },
  };
}

/** An address that no other process of this kind uses, where the system answers on all of 127.0.0.0/8. */
function ownAddress(): string {
  if (process.platform !== 'linux') return '127.0.0.1';
  return `127.254.${(process.pid >> 8) & 255}.${Math.max(1, process.pid & 255)}`;
}

async function lease(address: string, nodes: number): Promise<Round> {
  const registry = new PortRegistry({
    clock: { now: () => performance.now(), wallMs: () => Date.now(), setTimeout, clearTimeout: () => {} },
    transports: udp,
    space: { min: basePort, max: basePort + 2 * nodes, spareFrom: basePort + nodes },
    timeoutMs: () => timeoutMs,
  });
  const leases: Transport[] = [];
  const latencies: number[] = [];
  const startedAt = performance.now();
  await each(nodes, concurrency, async (index) => {
    const beganAt = performance.now();
    const socket = await registry.lease(address, basePort + index).catch(() => undefined);
    if (socket) leases.push(socket);
    latencies.push(performance.now() - beganAt);
  });
  const seconds = (performance.now() - startedAt) / 1000;
  for (const socket of leases) socket.close();
  // Sockets close in the next turn of the event loop.
  await turn();
  return {
    values: {
      throughput: leases.length / seconds,
      success: (100 * leases.length) / nodes,
      p95: quantile(latencies, 0.95),
    },
    latencies: { latency: latencies },
  };
}
