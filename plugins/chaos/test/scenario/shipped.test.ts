import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { faultOf } from '../../src/faults/index.js';
import type { Picture, Target } from '../../src/picture.js';
import { listScenarios, loadScenario, shippedScenarios } from '../../src/scenario/load.js';
import { stepSeed } from '../../src/scenario/seed.js';

const regions = ['east', 'west', 'north', 'south'];
const node = (name: string, tier: Target['tier'], index: number): Target => {
  const region = regions[index % regions.length] as string;
  const host = tier === 'super' ? name : `${tier}-${region}`;
  return { name, id: createHash('sha1').update(name).digest('hex'), tier, region, host };
};
const many = (tier: Target['tier'], count: number) =>
  Array.from({ length: count }, (_, index) => node(`${tier}-${index}`, tier, index));
/** 200 nodes. */
const picture: Picture = {
  nodes: [...many('super', 2), ...many('regional', 8), ...many('worker', 188), ...many('endpoint', 2)],
  k: 20,
  workers: 188,
};

/** Who is hit by each fault of a scenario. */
async function victimsOf(name: string, seed: number, seen: Picture = picture): Promise<string[][]> {
  return (await loadScenario(name)).steps.flatMap((step, index) =>
    step.verb === 'fault'
      ? [faultOf(step.kind).plan(seen, step.parameters, stepSeed(seed, index + 1))].map(
          ({ sides, victims }) => [
            ...victims.nodes,
            '|',
            ...sides.flatMap((side) => [side.name, ...side.nodes]),
          ],
        )
      : [],
  );
}

describe('the shipped scenarios', () => {
  it('are all there', () => {
    expect(shippedScenarios()).to.include.members([
      'bootstrap-loss',
      'last-bootstrap-standing',
      'cold-join',
      'split-and-heal',
      'one-way',
      'rolling-region-loss',
      'churn',
      'overload',
      'flash-crowd',
      'validation',
      'emergency',
    ]);
  });

  it('fit their names and descriptions on a line', async () => {
    for (const { name, description } of await listScenarios()) {
      expect(description, name).to.have.length.within(10, 55);
    }
  });

  for (const name of shippedScenarios()) {
    it(`${name}: the same seed hits the same, in whatever order the nodes are told`, async () => {
      const hit = await victimsOf(name, 7);
      expect(hit).to.have.length.above(0);
      expect(await victimsOf(name, 7)).to.deep.equal(hit);
      const turned = await victimsOf(name, 7, { ...picture, nodes: [...picture.nodes].reverse() });
      expect(turned.map((names) => [...names].sort())).to.deep.equal(hit.map((names) => [...names].sort()));
    });
  }

  it('hit others with another seed, and with each step', async () => {
    const [first, second] = await victimsOf('split-and-heal', 7);
    expect(second).to.not.deep.equal(first);
    expect((await victimsOf('split-and-heal', 8))[0]).to.not.deep.equal(first);
  });
});
