import { UsageError } from '@cqkd/harness';
import { expect } from 'chai';
import type { FaultPlan } from '../../src/faults/fault-plan.js';
import { type FaultName, faultNames, faultOf } from '../../src/faults/index.js';
import { gateway } from '../../src/picture.js';
import { pictureOf } from '../support/pictures.js';

const picture = pictureOf(150);
/** By the schema of the fault, as commands and scenarios do. */
const plan = (name: FaultName, parameters: object = {}, seed = 1): FaultPlan => {
  const fault = faultOf(name);
  return fault.plan(picture, fault.parameters.parse(parameters), seed);
};
const everybody = picture.nodes.map(({ name }) => name).sort();
const onSides = ({ sides }: FaultPlan) => sides.flatMap(({ nodes }) => nodes).sort();

/** Enough for each to be a fault. */
const least: Record<FaultName, object> = {
  kill: {},
  pause: {},
  partition: {},
  isolate: {},
  degrade: { loss: 0.1 },
  churn: {},
  overload: {},
  ports: {},
  stress: { cpu: 0.5 },
};

describe('a fault', () => {
  for (const name of faultNames) {
    it(`${name} is planned the same for the same seed, hits somebody, and is undone by data`, () => {
      const planned = plan(name, least[name]);
      expect(planned).to.deep.equal(plan(name, least[name]));
      expect(planned.victims.nodes.length).to.be.above(0);
      expect(planned.actions.length).to.be.above(0);
      expect(JSON.parse(JSON.stringify(planned.actions))).to.deep.equal(planned.actions);
      const sided = onSides(planned);
      expect(new Set(sided).size).to.equal(sided.length);
    });
  }
});

describe('kill', () => {
  it('takes a super node by default, which dies with its host', () => {
    const { victims, actions, sides } = plan('kill');
    expect(victims.nodes.length).to.equal(1);
    expect(victims.nodes[0]).to.match(/^super-\d+$/);
    expect(actions).to.deep.equal([{ by: 'crash', hosts: victims.hosts, keep: false }]);
    expect(sides.map(({ mute }) => mute)).to.deep.equal([undefined, true]);
    expect(onSides({ sides } as FaultPlan)).to.deep.equal(everybody);
  });

  it('kills single nodes where their host has others, and hosts that would be empty', () => {
    const one = picture.nodes.filter(({ host }) => host === 'host-east-0').map(({ name }) => name);
    const { victims, actions } = plan('kill', { nodes: [...one, 'worker-1'], keep: true });
    expect(victims.hosts).to.deep.equal(['host-east-0']);
    expect(victims.nodes.length).to.equal(26);
    expect(actions).to.deep.equal([
      { by: 'crash', hosts: ['host-east-0'], keep: true },
      { by: 'node', request: { groups: [['worker-1']], down: [{ group: 0, keep: true }] } },
    ]);
  });

  it('can count hosts', () => {
    const { victims } = plan('kill', { tier: 'worker', count: 2, wholeHosts: true });
    expect([victims.hosts.length, victims.nodes.length]).to.deep.equal([2, 50]);
  });

  it('leaves somebody', () => {
    expect(() => plan('kill', { share: 1 })).to.throw(UsageError, /nobody would be left to see them die/);
  });
});

describe('partition and isolate', () => {
  it('have the coordinator on the first side', () => {
    for (const { actions, sides } of [plan('partition'), plan('isolate')]) {
      const [action] = actions;
      if (action?.by !== 'kernel') throw new Error('no cut');
      expect(action.groups[0]).to.deep.equal([...(sides[0]?.nodes ?? []), gateway]);
    }
  });

  it('isolate: each host is a side of its own', () => {
    const { sides, deaf, victims } = plan('isolate', { tier: 'super', count: 3 });
    expect(sides.map(({ nodes }) => nodes.length)).to.deep.equal([162, 1, 1, 1]);
    expect(deaf.length).to.equal(12);
    expect(victims.hosts.length).to.equal(3);
  });
});

describe('degrade', () => {
  it('is proven by what was asked for, and nothing else', () => {
    const { proof, actions, victims } = plan('degrade', { latencyMs: 100, loss: 0.2 });
    if (proof.by !== 'effects') throw new Error('no effects');
    expect(Object.keys(proof.ranges).sort()).to.deep.equal(['delayMs', 'lossShare']);
    expect(proof.ranges.lossShare?.[0]).to.be.within(0.1, 0.2);
    expect(actions).to.deep.include({
      by: 'node',
      request: {
        groups: [victims.nodes],
        degraded: [{ group: 0, degradation: { latencyMs: 100, loss: 0.2 } }],
      },
    });
  });

  it('never takes nothing for a proof', () => {
    const { proof } = plan('degrade', { loss: 0.01, duplication: 0.01, reordering: 0.01, corruption: 0.01 });
    if (proof.by !== 'effects') throw new Error('no effects');
    for (const range of Object.values(proof.ranges)) expect(range?.[0]).to.be.above(0);
  });

  it('wants to know what shall go wrong', () => {
    expect(() => plan('degrade', { tier: 'worker' })).to.throw(UsageError, /at least one of latencyMs/);
  });
});

describe('overload', () => {
  it('grows to 1500 workers by default, and back to what there was', () => {
    expect(plan('overload').actions).to.deep.equal([{ by: 'scale', workers: 1500, previousWorkers: 150 }]);
  });

  it('is more than there is, and one thing at a time', () => {
    expect(() => plan('overload', { workers: 100 })).to.throw(UsageError, /has 150 workers already/);
    expect(() => plan('overload', { workers: 200, operations: 10 })).to.throw(UsageError, /got both/);
    expect(plan('overload', { operations: 500 }).proof).to.deep.equal({ by: 'operations', count: 500 });
  });
});

describe('stress', () => {
  it('wants to know of what', () => {
    expect(() => plan('stress')).to.throw(UsageError, /cpu, memory, or both/);
    const { proof } = plan('stress', { memoryBytes: 1000, tier: 'super' });
    expect(proof).to.deep.equal({ by: 'effects', ranges: { heldBytes: [15_000, 15_000] } });
  });
});
