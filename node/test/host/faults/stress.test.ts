import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { HostFaults } from '../../../src/host/faults/host-faults.js';
import { Stress } from '../../../src/host/faults/stress.js';
import { systemClock, systemRandom } from '../../../src/wire/system.js';
import { until } from '../../support/until.js';

describe('stress', () => {
  const components = { clock: systemClock, random: systemRandom };
  let host: HostFaults;
  beforeEach(() => {
    host = new HostFaults({ ...components, parts: [new Stress(components)] });
  });
  afterEach(() => host.liftAll());

  const put = (id: string, load: { cpu?: number; memoryBytes?: number }, ttlMs = 60_000) =>
    host.set({ id, ttlMs, places: [], rules: {}, stress: { cpu: 0, memoryBytes: 0, ...load } });

  it('keeps the process busy, yet not so that nothing else is done, and ends on time', async () => {
    const server = createServer((_, response) => response.end('here')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const startedAtMs = performance.now();
    await put('busy', { cpu: 0.95 }, 900);
    // Two at a time are no more than the one.
    await put('too', { cpu: 0.9 }, 900);
    const [response] = await once(get({ port, host: '127.0.0.1', agent: false }), 'response');
    response.resume();
    await once(response, 'end');
    expect(host.effects('busy')?.burntSeconds).to.be.above(0.01);
    let burnt = 0;
    await until('the end', () => {
      const effects = host.effects('busy');
      burnt = effects?.burntSeconds ?? burnt;
      return !effects;
    });
    const seconds = (performance.now() - startedAtMs) / 1000;
    expect(seconds).to.be.within(0.85, 1.5);
    // Others may have had the processor; more than this it can't have got.
    expect(burnt / seconds).to.be.within(0.2, 1.05);
    server.close();
  });

  it('leaves the rest of the time', async () => {
    await put('calm', { cpu: 0.2 });
    const before = performance.eventLoopUtilization();
    await until('some slices', () => (host.effects('calm')?.burntSeconds ?? 0) > 0.1);
    const { utilization } = performance.eventLoopUtilization(before);
    expect(utilization).to.be.within(0.1, 0.6);
  });

  it('holds memory until it is lifted', async () => {
    const memoryBytes = 100 << 20;
    await put('heavy', { memoryBytes });
    await until('the memory', () => host.effects('heavy')?.heldBytes === memoryBytes);
    // What else this process has comes and goes at any time: what goes at once is this, and it was touched.
    const held = process.memoryUsage.rss();
    await host.lift('heavy');
    expect(held - process.memoryUsage.rss()).to.be.above(0.8 * memoryBytes);
    expect(host.effects('heavy')).to.equal(undefined);
  });

  it('takes no more memory when it is lifted while it does', async () => {
    const before = process.memoryUsage.rss();
    await put('heavy', { memoryBytes: 2 ** 30 });
    await until('some memory', () => (host.effects('heavy')?.heldBytes ?? 0) > 0);
    await host.lift('heavy');
    await new Promise((resolve) => setImmediate(resolve));
    expect(process.memoryUsage.rss() - before).to.be.below(100 << 20);
  });
});
