import { expect } from 'chai';
import { SlowPeers } from '../../src/wire/slow-peers.js';

const peer = (port: number) => ({ address: '10.0.0.1', port });

describe('slow peers', () => {
  let slow: SlowPeers;

  beforeEach(() => {
    slow = new SlowPeers(() => 5000);
  });

  it('are waited for as long as they need, the others are not', () => {
    slow.add(peer(1), 600);
    expect(slow.waitMs(peer(1))).to.be.within(600, 5000);
    expect(slow.waitMs(peer(2))).to.equal(0);
  });

  it('never make the wait exceed the ceiling', () => {
    slow.add(peer(1), 60_000);
    expect(slow.waitMs(peer(1))).to.equal(5000);
  });

  it('keep their round trips apart from those of the others', () => {
    slow.add(peer(1), 600);
    expect(slow.sample(peer(1), 600)).to.equal(true);
    expect(slow.sample(peer(2), 5)).to.equal(false);
  });

  it('are slow no longer once they answer as soon as the others', () => {
    slow.add(peer(1), 600);
    for (let i = 0; i < 100; i++) slow.sample(peer(1), 5, 100);
    expect(slow.waitMs(peer(1))).to.equal(0);
  });

  it('are bounded: the first one noted goes first', () => {
    for (let i = 0; i < 257; i++) slow.add(peer(i), 600);
    expect(slow.waitMs(peer(0))).to.equal(0);
    expect(slow.waitMs(peer(1))).to.be.above(0);
    expect(slow.waitMs(peer(256))).to.be.above(0);
  });
});
