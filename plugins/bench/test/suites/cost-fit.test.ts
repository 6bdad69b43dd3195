import { expect } from 'chai';
import { type Cost, fitCost } from '../../src/suites/cost-fit.js';

const k = 20;
/** A network whose requests and whose cost of a request grow with the logarithm of its size. */
const costOf = (nodes: number): Cost => {
  const requests = Math.min(nodes - 1, k) * (1 + 0.01 * Math.log2(nodes));
  const usPerRequest = 10 + 3 * Math.log2(nodes);
  const cpuUs = requests * usPerRequest;
  return { nodes, requests, cpuUs, throughput: 1e6 / cpuUs, hops: 0.5 + 0.1 * Math.log2(nodes) };
};

describe('cost fit', () => {
  it('predicts a network of another size, although the smallest one holds fewer nodes than K', () => {
    const predict = fitCost([15, 60, 250].map(costOf), k);
    for (const nodes of [1000, 10_000]) {
      const [predicted, real] = [predict(nodes), costOf(nodes)];
      for (const key of ['requests', 'cpuUs', 'throughput', 'hops'] as const)
        expect(predicted[key], `${key} of ${nodes}`).to.be.closeTo(real[key], real[key] / 1000);
    }
  });

  it('predicts nothing impossible from a small network that was slowed down by something else', () => {
    const [small, ...larger] = [15, 60, 250].map(costOf) as [Cost, Cost, Cost];
    const slowed = { ...small, cpuUs: 20 * small.cpuUs, throughput: small.throughput / 20, hops: 4 };
    const { cpuUs, throughput, hops } = fitCost([slowed, ...larger], k)(10_000);
    for (const value of [cpuUs, throughput, hops]) expect(value).to.be.greaterThan(0);
  });

  it('stays within a quarter of what was once measured with 1000 nodes', () => {
    const measured: Cost[] = [
      { nodes: 15, requests: 14, cpuUs: 322, throughput: 3424, hops: 1 },
      { nodes: 60, requests: 20, cpuUs: 546, throughput: 2006, hops: 1.14 },
      { nodes: 250, requests: 20.2, cpuUs: 736, throughput: 1336, hops: 1.18 },
    ];
    const { cpuUs, throughput } = fitCost(measured, k)(1000);
    expect(cpuUs / 839).to.be.within(0.75, 1.25);
    expect(throughput / 1154).to.be.within(0.75, 1.25);
  });
});
