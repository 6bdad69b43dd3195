import { nodesOf as nodesInHost } from '@cqkd/node/control';
import { expect } from 'chai';
import { heapFor, nodeFlags } from '../../plan/node-flags.js';
import { unitsOf } from '../../services/plan-units.js';
import { machine, planOf } from '../support/plan-input.js';

const lean = nodeFlags(1, { version: '24.0.0', heap: 'lean' });

describe('the heaps of hosts', () => {
  it('are roomy within half of the memory target and of the free memory', () => {
    const target = 4e9;
    expect(heapFor(1000, target / 2, 64e9)).to.equal('roomy');
    expect(heapFor(1000, target / 2 + 1, 64e9)).to.equal('lean');
    expect(heapFor(1000, 500e6, 1e9)).to.equal('roomy');
    expect(heapFor(1000, 500e6 + 1, 1e9)).to.equal('lean');
  });

  it('are those of the plan, which says the version and counts the memory', () => {
    const plan = planOf(1000);
    expect(plan.node).to.deep.equal({ version: machine.nodeVersion, heap: 'roomy' });
    const short = planOf(1000, { machine: { ...machine, memoryBytes: 800e6 } });
    expect(short.node.heap).to.equal('lean');
    expect(short.memoryBytes).to.be.below(plan.memoryBytes);
    const older = planOf(1000, { machine: { ...machine, nodeVersion: '20.20.2' } });
    expect(older.node.version).to.equal('20.20.2');
    expect(older.memoryBytes).to.be.below(plan.memoryBytes);
  });

  it('are lean for a host of few nodes, whatever the plan says', () => {
    for (const version of ['20.20.2', '24.0.0']) {
      expect(nodeFlags(49, { version, heap: 'roomy' }), version).to.deep.equal(lean);
      expect(nodeFlags(1000, { version, heap: 'lean' }), version).to.deep.equal(lean);
      expect(nodeFlags(50, { version, heap: 'roomy' }), version).not.to.deep.equal(lean);
    }
  });

  it('differ by the version of Node.js', () => {
    const [older, current] = ['20.20.2', '24.0.0'].map((version) =>
      nodeFlags(500, { version, heap: 'roomy' }),
    );
    expect(older).not.to.deep.equal(current);
  });

  it('are what each unit of a plan is started with', () => {
    const plan = planOf(1000);
    const flags = new Map(unitsOf(plan).map((unit) => [unit.name, unit.flags]));
    for (const host of plan.hosts) {
      const own = nodeFlags(nodesInHost(host).length, plan.node);
      expect(flags.get(host.name), host.name).to.deep.equal(own);
    }
    expect(flags.get('super-primary')).to.deep.equal(lean);
    expect(flags.get('shared-1')).not.to.deep.equal(lean);
    expect(flags.size).to.equal(plan.hosts.length + 1);
  });
});
