import { linearRegression, linearRegressionLine, mean } from 'simple-statistics';

/** What one lookup costs in a network of a size. */
export interface Cost {
  nodes: number;
  requests: number;
  /** CPU time of the lookup and of all that answer it. Microseconds. */
  cpuUs: number;
  /** One at a time or many: lookups a second. */
  throughput: number;
  hops: number;
}

/**
 * How the cost of a lookup grows with the size of the network.
 *
 * A lookup asks the K nearest nodes at least, or all there are; what comes on top, and what a single request costs, grow
 * with the logarithm of the size (larger tables, colder caches, more sockets). So those two are fitted, and the cost is
 * their product. Where one of them seems to fall with the size, by noise, it is taken to stay.
 *
 * @param k contacts in an answer; the same in all networks
 */
export function fitCost(costs: readonly Cost[], k: number): (nodes: number) => Cost {
  const least = (nodes: number) => Math.min(nodes - 1, k);
  const fit = (value: (cost: Cost) => number) => {
    const line = linearRegression(costs.map((cost) => [Math.log2(cost.nodes), value(cost)]));
    const at = linearRegressionLine(line.m > 0 ? line : { m: 0, b: mean(costs.map(value)) });
    return (nodes: number) => at(Math.log2(nodes));
  };
  const asked = fit(({ nodes, requests }) => requests / least(nodes));
  const cpuUs = fit((cost) => cost.cpuUs / cost.requests);
  const wallUs = fit((cost) => 1e6 / (cost.throughput * cost.requests));
  const hops = fit((cost) => cost.hops);
  return (nodes) => {
    const requests = asked(nodes) * least(nodes);
    return {
      nodes,
      requests,
      cpuUs: requests * cpuUs(nodes),
      throughput: 1e6 / (requests * wallUs(nodes)),
      hops: hops(nodes),
    };
  };
}
