import { type ChildProcess, fork } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Transport } from '../../src/kademlia/components.js';
import { PortsExhaustedError } from '../../src/ports/errors.js';
import { regionRange } from '../../src/ports/range.js';
import { PortRegistry } from '../../src/ports/registry.js';
import { systemClock } from '../../src/wire/system.js';
import { udp } from '../../src/wire/udp.js';
import type { PortOrder, PortsTaken } from '../support/port-taker.js';
import { until } from '../support/until.js';

/** An address that no other test uses, where the system has more than one. */
const ADDRESS =
  process.platform === 'linux'
    ? `127.91.${(process.pid >> 8) & 255}.${(process.pid & 127) + 1}`
    : '127.0.0.1';
const SPACE = { min: 20_000, max: 20_999, spareFrom: 20_000 };
/** What an allocation may take at most. A busy machine can stop the process for as long at any time: so not the worst are looked at. */
const MOST_MS = 100;

describe('ports of the system', () => {
  const processes: ChildProcess[] = [];
  const sockets: Socket[] = [];
  const leases: Transport[] = [];

  const registry = (space = SPACE) =>
    new PortRegistry({ clock: systemClock, transports: udp, space, timeoutMs: () => 10_000 });
  const lease = async (ports: PortRegistry, preferred: number) => {
    const given = await ports.lease(ADDRESS, preferred);
    leases.push(given);
    return given.port;
  };
  /** Holds a port the way a program does that knows nothing of the registry. */
  const take = async (port: number, address: string, reuseAddr = false) => {
    const socket = createSocket({ type: 'udp4', reuseAddr });
    sockets.push(socket);
    await new Promise<void>((resolve) => socket.bind(port, address, resolve));
  };
  const start = async () => {
    const child = fork(join(import.meta.dirname, '../support/port-taker.ts'));
    await once(child, 'message');
    return child;
  };
  const order = async (child: ChildProcess, what: Omit<PortOrder, 'address'>): Promise<PortsTaken> => {
    const answer = once(child, 'message');
    child.send({ address: ADDRESS, ...what });
    return (await answer)[0] as PortsTaken;
  };
  const kill = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
    for (const given of leases.splice(0)) given.close();
  });

  it('are given to each of a thousand workers in time', async () => {
    const ports = registry();
    for (let i = 0; i < 1000; i++) expect(await lease(ports, 20_000 + i)).to.equal(20_000 + i);
    expect(ports.counts).to.deep.equal({ preferred: 1000, fallback: 0, failed: 0 });
    expect(ports.durations.percentile(0.5)).to.be.below(5);
    expect(ports.durations.percentile(0.9)).to.be.below(MOST_MS);
  });

  it('are found for all when another program holds half of the range', async () => {
    for (let i = 0; i < 500; i++) await take(20_000 + i, ADDRESS);
    const ports = registry();
    const given = new Set<number>();
    for (let i = 0; i < 500; i++) given.add(await lease(ports, 20_000 + i));
    expect(given.size).to.equal(500);
    expect(ports.counts).to.deep.equal({ preferred: 0, fallback: 500, failed: 0 });
    expect(ports.durations.percentile(0.5)).to.be.below(5);
    expect(ports.durations.percentile(0.9)).to.be.below(MOST_MS);
    const error = await lease(ports, 20_000).catch((reason) => reason);
    expect(error).to.be.instanceOf(PortsExhaustedError);
    expect(error.message).to.include('in 20000-20999');
  });

  it('count as taken when a program holds them on all addresses, or would share them', async () => {
    const [any, shared, free] = [20_000, 20_001, 20_002];
    await take(any, '0.0.0.0');
    await take(shared, ADDRESS, true);
    const ports = registry({ min: any, max: free, spareFrom: any });
    expect(await lease(ports, any)).to.equal(free);
    expect(await lease(ports, shared).catch((error) => error)).to.be.instanceOf(PortsExhaustedError);
  });

  it('leave nothing behind when they are found taken', async function () {
    if (process.platform !== 'linux') this.skip();
    await take(20_000, ADDRESS);
    const ports = registry({ min: 20_000, max: 20_000, spareFrom: 20_001 });
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    for (let i = 0; i < 50; i++) await lease(ports, 20_000).catch(() => {});
    await until('the sockets to be closed', () => descriptors() <= before + 5);
  });

  describe('and eight processes at once', () => {
    before(async () => {
      processes.push(...(await Promise.all(Array.from({ length: 8 }, start))));
    });
    after(() => Promise.all(processes.splice(0).map(kill)));

    it('are never given twice, and are all given', async () => {
      // All want the same ports in the same order, and more than there are.
      const preferred = Array.from({ length: 150 }, (_, i) => 20_000 + i);
      const taken = await Promise.all(processes.map((child) => order(child, { space: SPACE, preferred })));
      const ports = taken.flatMap((each) => each.ports);
      expect(new Set(ports).size).to.equal(ports.length);
      expect(ports.length).to.equal(1000);
      expect(taken.reduce((sum, each) => sum + each.exhausted, 0)).to.equal(200);
    });

    it('are found by each region in time', async () => {
      for (let i = 0; i < 500; i++) await take(21_000 + i, ADDRESS);
      const spare = { min: 21_500, max: 21_999 };
      const taken = await Promise.all(
        processes.map((child, i) => {
          const home = regionRange(spare, i % 4, 4);
          const preferred = Array.from({ length: 62 }, (_, worker) => 21_000 + i * 62 + worker);
          return order(child, {
            space: { min: 21_000, max: 21_999, spareFrom: spare.min, home },
            preferred,
          });
        }),
      );
      const ports = taken.flatMap((each) => each.ports);
      expect(new Set(ports).size).to.equal(8 * 62);
      // The own port, then the next one of the region, which another process may have had before.
      const probes = taken.reduce((sum, each) => sum + each.probes, 0);
      expect(probes).to.be.at.most(3 * ports.length);
    });

    it('are free again at once when their holder is killed', async () => {
      const child = processes[0] as ChildProcess;
      const preferred = Array.from({ length: 10 }, (_, i) => 22_000 + i);
      const space = { min: 22_000, max: 22_009, spareFrom: 22_000 };
      expect((await order(child, { space, preferred })).ports).to.deep.equal(preferred);
      const refused = await lease(registry(space), 22_000).catch((error) => error);
      expect(refused).to.be.instanceOf(PortsExhaustedError);
      await kill(child);
      const ports = registry(space);
      for (const port of preferred) expect(await lease(ports, port)).to.equal(port);
    });
  });
});
