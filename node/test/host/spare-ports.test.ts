import { expect } from 'chai';
import { SparePorts } from '../../src/host/spare-ports.js';

describe('SparePorts', () => {
  const taken = new Set<number>();
  const pick = (spares: SparePorts, own: number) => {
    for (const port of spares.from(own)) {
      if (taken.has(port)) continue;
      taken.add(port);
      return port;
    }
    return undefined;
  };

  it('gives the own port, then spare ones upwards, then from the bottom, each once', () => {
    taken.clear();
    const spares = new SparePorts({ min: 7000, max: 7005, spareFrom: 7003 });
    for (const port of [7000, 7003]) taken.add(port);
    expect(pick(spares, 7001)).to.equal(7001);
    expect(pick(spares, 7000)).to.equal(7004);
    expect(pick(spares, 7000)).to.equal(7005);
    expect(pick(spares, 7000)).to.equal(7002);
    expect(pick(spares, 7000)).to.equal(undefined);
  });

  it('names the whole range when nothing is left', () => {
    const { message } = new SparePorts({ min: 7000, max: 7999, spareFrom: 7000 }).exhausted('127.0.0.1');
    expect(message).to.match(/^No free port of 127\.0\.0\.1 in 7000-7999: raise MAX_PORT/);
  });

  it('has nothing but the own port when the range is empty', () => {
    expect([...new SparePorts({ min: 7000, max: 7000, spareFrom: 7001 }).from(7000)]).to.deep.equal([
      7000, 7000,
    ]);
  });
});
