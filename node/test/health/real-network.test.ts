import { expect } from 'chai';
import { MonitoredNet } from '../support/monitored-net.js';
import { until } from '../support/until.js';

const SIZE = 60;

describe('health monitor on real sockets', function () {
  this.timeout(120_000);

  it('has the dead out of every table after a fifth died', async () => {
    const settings = { fast_check_interval: '2' };
    const net = await MonitoredNet.create(SIZE, { seed: 17, transport: 'udp', settings });
    try {
      const dead = net.kill(SIZE / 5);
      expect(net.rememberedByAny(dead)).to.equal(dead.length);
      await until('the dead to be out of every table', () => net.rememberedByAny(dead) === 0, 60_000);
      expect(net.staleShare()).to.equal(0);
    } finally {
      net.close();
    }
  });
});
