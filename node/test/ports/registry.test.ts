import { expect } from 'chai';
import type { Transport, TransportFactory } from '../../src/kademlia/components.js';
import { PortsExhaustedError, PortTimeoutError } from '../../src/ports/errors.js';
import { PortRegistry } from '../../src/ports/registry.js';
import type { PortSpace } from '../../src/ports/search-order.js';
import { VirtualNetwork } from '../../src/wire/virtual.js';

const ADDRESS = '10.0.0.1';
const SPACE = { min: 7000, max: 7009, spareFrom: 7005 };

describe('PortRegistry', () => {
  const network = (probeMs = 0) => {
    const virtual = new VirtualNetwork(1);
    let probes = 0;
    const transports: TransportFactory = {
      bind: async (address, port) => {
        probes++;
        await new Promise<void>((resolve) => virtual.clock.setTimeout(resolve, probeMs));
        return virtual.bind(address, port);
      },
    };
    const registry = (space: PortSpace, timeoutMs = 10_000) =>
      new PortRegistry({ clock: virtual.clock, transports, space, timeoutMs: () => timeoutMs });
    return {
      registry,
      run: <T>(promise: Promise<T>) => virtual.clock.run(promise),
      take: (...ports: number[]) => Promise.all(ports.map((port) => virtual.bind(ADDRESS, port))),
      probes: () => probes,
    };
  };
  const portsOf = (leases: readonly Transport[]) => leases.map((lease) => lease.port);
  const errorOf = (promise: Promise<unknown>): Promise<Error> =>
    promise.then(
      () => new Error('nothing was thrown'),
      (error) => error,
    );

  it('leases the preferred port, else the next spare one, and counts both', async () => {
    const { registry, run, take } = network(2);
    await take(7001, 7005);
    const ports = registry(SPACE);
    expect((await run(ports.lease(ADDRESS, 7000))).port).to.equal(7000);
    expect((await run(ports.lease(ADDRESS, 7001))).port).to.equal(7006);
    expect((await run(ports.lease(ADDRESS, 7001))).port).to.equal(7007);
    expect(ports.counts).to.deep.equal({ preferred: 1, fallback: 2, failed: 0 });
    expect(ports.durations.total).to.equal(3);
    // The longest took three probes of 2 ms; a bucket is 9 % wide.
    expect(ports.durations.percentile(1)).to.be.within(5, 7);
  });

  it('gives every port of the space before it gives up, and names the space then', async () => {
    const { registry, run, take } = network();
    await take(7003);
    const ports = registry(SPACE);
    const leases = [];
    for (let i = 0; i < 9; i++) leases.push(await run(ports.lease(ADDRESS, 7003)));
    expect(portsOf(leases)).to.deep.equal([7005, 7006, 7007, 7008, 7009, 7000, 7001, 7002, 7004]);
    const error = await errorOf(run(ports.lease(ADDRESS, 7003)));
    expect(error).to.be.instanceOf(PortsExhaustedError);
    expect(error.message).to.equal(
      'No free port of 10.0.0.1 in 7000-7009: raise MAX_PORT (at most 8999) or stop what holds them',
    );
    expect(ports.counts).to.deep.equal({ preferred: 0, fallback: 9, failed: 1 });
    // Another address has all its ports.
    expect((await run(ports.lease('10.0.0.2', 7003))).port).to.equal(7003);
  });

  it('says how to go on when the range can not grow any more', () => {
    const { message } = new PortsExhaustedError(ADDRESS, { min: 7000, max: 8999 });
    expect(message).to.match(/^No free port of 10\.0\.0\.1 in 7000-8999: .* BASE_PORT and MAX_PORT$/);
  });

  it('gives no port twice to many who ask at once', async () => {
    const { registry, run, take } = network(1);
    await take(7000, 7006);
    const ports = registry(SPACE);
    const asked = Array.from({ length: 12 }, () => ports.lease(ADDRESS, 7000));
    const results = await run(Promise.allSettled(asked));
    const given = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.port] : []));
    expect(given.sort()).to.deep.equal([7001, 7002, 7003, 7004, 7005, 7007, 7008, 7009]);
    expect(ports.counts.failed).to.equal(4);
  });

  it('takes no port but its own for a node that is known by it', async () => {
    const { registry, run, take } = network();
    await take(5678);
    const ports = registry(SPACE);
    const error = await errorOf(run(ports.lease(ADDRESS, 5678, { fixed: true })));
    expect(error).to.be.instanceOf(PortsExhaustedError);
    expect(error.message).to.match(/^Port 5678 of 10\.0\.0\.1 is taken by another program/);
    expect((await run(ports.lease(ADDRESS, 5679, { fixed: true }))).port).to.equal(5679);
    expect(ports.counts).to.deep.equal({ preferred: 1, fallback: 0, failed: 1 });
  });

  it('leases again what was given back, however often', async () => {
    const { registry, run, take } = network();
    await take(7000);
    const ports = registry(SPACE);
    for (let life = 0; life < 100; life++) (await run(ports.lease(ADDRESS, 7000))).close();
    expect(ports.counts.fallback).to.equal(100);
  });

  it('does not search a full space again at once, unless a port of it was given back', async () => {
    const { registry, run, probes } = network();
    const ports = registry(SPACE);
    const leases = await run(
      Promise.all(Array.from({ length: 10 }, (_, i) => ports.lease(ADDRESS, 7000 + i))),
    );
    await errorOf(run(ports.lease(ADDRESS, 7000)));
    const before = probes();
    for (let i = 0; i < 50; i++) await errorOf(run(ports.lease(ADDRESS, 7000)));
    expect(probes() - before).to.equal(50);
    leases[3]?.close();
    expect((await run(ports.lease(ADDRESS, 7000))).port).to.equal(7003);
  });

  it('searches a larger space when it is told to', async () => {
    const { registry, run } = network();
    const ports = registry({ min: 7000, max: 7001, spareFrom: 7002 });
    await run(Promise.all([7000, 7001].map((port) => ports.lease(ADDRESS, port))));
    await errorOf(run(ports.lease(ADDRESS, 7000)));
    ports.setSpace({ min: 7000, max: 8999, spareFrom: 8000 });
    expect((await run(ports.lease(ADDRESS, 7000))).port).to.equal(8000);
  });

  it('gives up when its time is over', async () => {
    const { registry, run, take, probes } = network(300);
    await take(...Array.from({ length: 10 }, (_, i) => 7000 + i));
    const ports = registry(SPACE, 1000);
    const error = await errorOf(run(ports.lease(ADDRESS, 7000)));
    expect(error).to.be.instanceOf(PortTimeoutError);
    expect(error.message).to.equal(
      'No free port of 10.0.0.1 in 7000-7009 within 1 s (3 tried): ' +
        'raise PORT_ALLOCATION_TIMEOUT or stop what holds them',
    );
    expect(probes()).to.equal(4);
    expect(ports.counts.failed).to.equal(1);
  });

  it('tells an error of the system as it is', async () => {
    const { clock } = new VirtualNetwork(1);
    const refused = Object.assign(new Error('no such address'), { code: 'EADDRNOTAVAIL' });
    const transports: TransportFactory = { bind: () => Promise.reject(refused) };
    const ports = new PortRegistry({ clock, transports, space: SPACE, timeoutMs: () => 1000 });
    expect(await errorOf(ports.lease(ADDRESS, 7000))).to.equal(refused);
    expect(ports.counts.failed).to.equal(1);
  });

  it('keeps regions that fall back at once apart', async () => {
    const { registry, run, take, probes } = network();
    const preferred = Array.from({ length: 100 }, (_, i) => 7000 + i);
    await take(...preferred);
    const home = (region: number) => ({ min: 7100 + region * 50, max: 7149 + region * 50 });
    const space = { min: 7000, max: 7299, spareFrom: 7100 };
    const regions = [0, 1, 2, 3].map((region) => registry({ ...space, home: home(region) }));
    const leases = preferred.map((port, i) => (regions[i % 4] as PortRegistry).lease(ADDRESS, port));
    const given = portsOf(await run(Promise.all(leases)));
    expect(new Set(given).size).to.equal(100);
    // One probe of the own port and one that hits.
    expect(probes()).to.equal(200);
    given.forEach((port, i) => {
      expect(port).to.be.within(home(i % 4).min, home(i % 4).max);
    });
  });
});
