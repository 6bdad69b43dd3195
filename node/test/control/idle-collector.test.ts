import { expect } from 'chai';
import { IdleCollector } from '../../src/control/idle-collector.js';

const megabyte = 1024 * 1024;

describe('IdleCollector', () => {
  let heap: { used: number; live: number; collections: number };
  let collector: IdleCollector;
  let at: { ms: number; cpuSeconds: number };
  /** Five seconds pass, with some load of one core. */
  const pass = (load: number, garbage = 0) => {
    heap.used += garbage;
    at = { ms: at.ms + 5000, cpuSeconds: at.cpuSeconds + 5 * load };
    collector.look(at.cpuSeconds, at.ms);
  };

  beforeEach(() => {
    heap = { used: 10 * megabyte, live: 8 * megabyte, collections: 0 };
    at = { ms: 0, cpuSeconds: 0 };
    collector = new IdleCollector({
      heapUsedBytes: () => heap.used,
      collect: () => {
        heap.collections++;
        heap.used = heap.live;
      },
    });
    pass(1);
  });

  it('collects once what a burst has left, when it is over', () => {
    pass(0.8, 5 * megabyte);
    expect(heap.collections).to.equal(0);
    pass(0.01);
    expect(heap).to.include({ collections: 1, used: heap.live });
    pass(0.01);
    pass(0.01, megabyte);
    expect(heap.collections).to.equal(1);
    pass(0.01, megabyte);
    expect(heap.collections).to.equal(2);
  });

  it('does not take what lives for garbage', () => {
    heap.live = 40 * megabyte;
    heap.used = 40 * megabyte;
    pass(0.01);
    for (let passed = 0; passed < 10; passed++) pass(0.01);
    expect(heap.collections).to.equal(1);
  });

  it('collects the heap of this process', () => {
    const own = new IdleCollector();
    own.look(0, 0);
    let garbage = Array.from({ length: 300_000 }, (_, index) => ({ index }));
    const before = process.memoryUsage().heapUsed;
    garbage = [];
    own.look(0, 5000);
    expect(process.memoryUsage().heapUsed).to.be.below(before - 5 * megabyte);
    expect(garbage).to.deep.equal([]);
  });
});
