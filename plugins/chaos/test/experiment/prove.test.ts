import type { CoordinatorClient } from '@cqkd/harness';
import type { FaultEffects } from '@cqkd/node/control';
import { expect } from 'chai';
import { proveCount, proveEffects, proveReachability } from '../../src/experiment/prove.js';
import type { Side } from '../../src/faults/fault-plan.js';
import { faultOf } from '../../src/faults/index.js';
import type { Cut } from '../../src/partition/cut.js';
import { pictureOf } from '../support/pictures.js';

describe('the proof of a cut', () => {
  const cut: Cut = {
    sides: [
      { name: 'a', nodes: ['1', '2'] },
      { name: 'b', nodes: ['3', '4'] },
      { name: 'dead', nodes: ['5', '6'], mute: true },
    ],
    deaf: [[0, 1]],
  };
  const proofWith = (matrix: number[][], of = cut) => {
    const reachability = async () => ({ hosts: ['0', '1', '2'], matrix, unreachable: 0 });
    return proveReachability(
      { reachability } as unknown as CoordinatorClient,
      of,
      new AbortController().signal,
    );
  };

  it('needs silence both ways, since a ping needs an answer, and of those that are mute', async () => {
    const proof = await proofWith([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    expect(proof.proven).to.equal(true);
    expect(proof.reachability?.intended).to.deep.equal([
      [true, false, false],
      [false, true, false],
      [false, false, false],
    ]);
  });

  const otherwise = [
    [
      [1, 0.25, 0],
      [0, 1, 0],
      [0, 0, 0],
    ],
    [
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ],
    [
      [1, 0, 0.5],
      [0, 1, 0],
      [0, 0, 0],
    ],
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  ];
  for (const matrix of otherwise) {
    it(`fails where something is heard that should not be, or the other way round: ${JSON.stringify(matrix)}`, async () => {
      expect((await proofWith(matrix)).proven).to.equal(false);
    });
  }

  it('ignores whether a single node reaches its own side: it has no other node to ping', async () => {
    const [a, b, dead] = cut.sides as [Side, Side, Side];
    const single: Cut = { ...cut, sides: [a, { ...b, nodes: ['3'] }, { ...dead, nodes: ['5'] }] };
    for (const own of [0, 1]) {
      const matrix = (row: number[]) => [[1, 0, 0], [0, own, 0], row];
      expect((await proofWith(matrix([0, 0, own]), single)).proven).to.equal(true);
      expect((await proofWith(matrix([0, 0.5, own]), single)).proven).to.equal(false);
      const without = [[0, 0, 0], ...matrix([0, 0, own]).slice(1)];
      expect((await proofWith(without, single)).proven).to.equal(false);
    }
  });
});

describe('the proof by effects', () => {
  const none: FaultEffects = {
    heard: 0,
    dropped: 0,
    delayed: 0,
    delayMs: 0,
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
    crashes: 0,
    restarts: 0,
    down: 0,
    portsTaken: 0,
    burntSeconds: 0,
    heldBytes: 0,
  };
  const picture = pictureOf(50);
  const planned = (name: 'degrade' | 'churn' | 'stress', parameters: object) => {
    const fault = faultOf(name);
    return fault.plan(picture, fault.parameters.parse(parameters), 1);
  };
  const prove = (plan: ReturnType<typeof planned>, effects: FaultEffects | null, seconds = 10) => {
    if (plan.proof.by !== 'effects') throw new Error('no effects');
    return proveEffects(plan.proof.ranges, { effects, seconds, plan });
  };

  it('holds when the figures lie where they should', () => {
    const lossy = planned('degrade', { loss: 0.2, latencyMs: 50 });
    const effects = { ...none, heard: 1000, dropped: 190, delayed: 810, delayMs: 810 * 53 };
    const { proven, figures } = prove(lossy, effects);
    expect(proven).to.equal(true);
    expect(figures.map(({ name, actual }) => [name, Math.round(actual * 100) / 100])).to.deep.equal([
      ['delayMs', 53],
      ['lossShare', 0.19],
    ]);
    expect(
      prove(planned('stress', { memoryBytes: 5, tier: 'super' }), { ...none, heldBytes: 25 }).proven,
    ).to.equal(true);
  });

  it('fails when one does not, when nothing happened, and when nobody told', () => {
    const lossy = planned('degrade', { loss: 0.2, latencyMs: 50 });
    expect(prove(lossy, { ...none, heard: 1000, dropped: 190 }).proven).to.equal(false);
    expect(prove(lossy, none).proven).to.equal(false);
    expect(prove(lossy, null).proven).to.equal(false);
    expect(prove(planned('churn', {}), none).proven).to.equal(false);
  });

  it('of a count is that count', () => {
    expect(proveCount('workers', 60, 60).proven).to.equal(true);
    expect(proveCount('workers', 60, 59).proven).to.equal(false);
    expect(proveCount('operations', 1000, 700).proven).to.equal(true);
    expect(proveCount('operations', 1000, 8).proven).to.equal(false);
  });
});
