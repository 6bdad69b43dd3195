import { expect } from 'chai';
import { measureUdpCost } from '../../machine/udp-cost.js';
import { until } from '../support/until.js';

describe('what a UDP request costs on this machine', () => {
  const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap').length;

  it('is measured in microseconds, and leaves no socket', async () => {
    const before = sockets();
    expect(await measureUdpCost())
      .to.be.above(0)
      .and.below(5000);
    await until('its sockets to close', () => sockets() === before);
  });

  it('is measured by several at once', async () => {
    const costs = await Promise.all([measureUdpCost(), measureUdpCost()]);
    for (const cost of costs) expect(cost).to.be.above(0).and.below(5000);
  });
});
