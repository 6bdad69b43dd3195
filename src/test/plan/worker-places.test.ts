import { tiersOf } from '@cqkd/node/control';
import { expect } from 'chai';
import fc from 'fast-check';
import { UsageError } from '../../errors.js';
import { planOf } from '../support/plan-input.js';

/** Spare ports of each host that has workers. */
const spacesOf = (workers: number, input = {}) =>
  new Map(
    planOf(workers, input)
      .hosts.filter((host) => tiersOf(host).includes('worker'))
      .map((host) => [host.name, host.ports]),
  );

describe('the spare ports of workers', () => {
  it('are split evenly among the regions', () => {
    const spaces = spacesOf(1000, { density: 500 });
    expect([...spaces.keys()]).to.deep.equal([
      'worker-east-1',
      'worker-west-1',
      'worker-north-1',
      'worker-south-1',
    ]);
    for (const space of spaces.values()) expect(space).to.include({ min: 7000, max: 8999, spareFrom: 8000 });
    expect([...spaces.values()].map(({ home }) => home)).to.deep.equal([
      { min: 8000, max: 8249 },
      { min: 8250, max: 8499 },
      { min: 8500, max: 8749 },
      { min: 8750, max: 8999 },
    ]);
  });

  it('are not the same for hosts that share all regions', () => {
    const spaces = spacesOf(1000);
    expect([...spaces.keys()]).to.deep.equal(['shared-1', 'shared-2']);
    for (const space of spaces.values()) expect(space).to.include({ min: 7000, max: 8999, spareFrom: 8000 });
    expect([...spaces.values()].map(({ home }) => home)).to.deep.equal([
      { min: 8000, max: 8249 },
      { min: 8250, max: 8499 },
    ]);
  });

  it('are those that no worker prefers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2500 }), fc.constantFrom('flat', 'tiered'), (count, topology) => {
        const plan = planOf(count, { topology });
        const groups = plan.hosts.flatMap((host) => host.groups.filter(({ tier }) => tier === 'worker'));
        const preferred = groups.flatMap(({ nodes }) => nodes);
        expect(preferred.length).to.equal(count);
        const highest = Math.max(...preferred.map(({ port }) => port));
        for (const { home } of spacesOf(count, { topology }).values()) {
          if (home) expect(home.min).to.be.above(highest);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('are none where the workers fill the range that was given, or have one static port', () => {
    const settings = { base_port: '65436', max_port: '65535' };
    for (const space of spacesOf(300, { settings }).values())
      expect(space).to.deep.equal({ min: 65_436, max: 65_535, spareFrom: 65_536 });
    for (const space of spacesOf(60, { settings: { enable_dynamic_ports: 'false' } }).values())
      expect(space).to.deep.equal({ min: 7000, max: 7000, spareFrom: 7001 });
  });
});

describe('a static worker port', () => {
  it('is not that of a bootstrap node or endpoint', () => {
    const settings = { enable_dynamic_ports: 'false', fallback_static_port: '6000' };
    expect(() => planOf(3, { settings })).to.throw(UsageError, /port 6000 .* FALLBACK_STATIC_PORT/);
  });
});
