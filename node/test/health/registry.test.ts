import { expect } from 'chai';
import { HealthRegistry } from '../../src/health/registry.js';
import { Contact, NodeId, VirtualClock } from '../../src/index.js';

describe('HealthRegistry', () => {
  let clock: VirtualClock;
  let registry: HealthRegistry;
  const contact = contactOf('one');

  beforeEach(() => {
    clock = new VirtualClock();
    registry = new HealthRegistry(clock);
  });

  it('knows nothing against a contact of which nothing was told', () => {
    registry.heard(contact);
    expect(registry.statusOf(contact)).to.equal(undefined);
    expect(registry.admits(contact)).to.equal(true);
    expect(registry.lost(10)).to.deep.equal([]);
  });

  it('takes one that fell once for healthy as soon as it is heard from', () => {
    registry.fell(contact);
    expect(registry.statusOf(contact)).to.equal('unhealthy');
    expect(registry.lost(10)).to.deep.equal([contact]);
    registry.heard(contact);
    expect(registry.statusOf(contact)).to.equal('healthy');
    expect(registry.lost(10)).to.deep.equal([]);
  });

  it('asks one that fell again to answer for a time that doubles', async () => {
    registry.fell(contact);
    for (const probationSeconds of [15, 30, 60]) {
      registry.heard(contact);
      registry.fell(contact);
      registry.heard(contact);
      await clock.advance((probationSeconds - 1) * 1000);
      registry.heard(contact);
      expect(registry.statusOf(contact)).to.equal('degraded');
      expect(registry.admits(contact)).to.equal(false);
      await clock.advance(1000);
      expect(registry.admits(contact), 'without having answered').to.equal(false);
      registry.heard(contact);
      expect(registry.statusOf(contact)).to.equal('healthy');
      expect(registry.admits(contact)).to.equal(true);
    }
  });

  it('begins the probation anew when it is silent meanwhile', async () => {
    registry.fell(contact);
    registry.fell(contact);
    registry.heard(contact);
    await clock.advance(14_000);
    registry.unanswered(contact);
    expect(registry.statusOf(contact)).to.equal('unhealthy');
    registry.heard(contact);
    await clock.advance(2000);
    registry.heard(contact);
    expect(registry.statusOf(contact)).to.equal('degraded');
  });

  it('keeps a contact degraded until a whole check passes', () => {
    registry.checked(contact, 'degraded');
    expect(registry.statusOf(contact)).to.equal('degraded');
    registry.heard(contact);
    expect(registry.statusOf(contact)).to.equal('degraded');
    expect(registry.counts()).to.deep.equal({ degraded: 1, unhealthy: 0 });
    registry.checked(contact, 'healthy');
    expect(registry.statusOf(contact)).to.equal('healthy');
  });

  it('does not forget a degraded contact that is heard from', async () => {
    registry.checked(contact, 'degraded');
    for (let minutes = 0; minutes < 60; minutes += 10) {
      await clock.advance(600_000);
      registry.heard(contact);
    }
    expect(registry.failing()).to.equal(contact);
    expect(registry.statusOf(contact)).to.equal('degraded');
    await clock.advance(1_800_001);
    expect(registry.failing()).to.equal(undefined);
  });

  it('names those to be checked again in turn', async () => {
    expect(registry.failing()).to.equal(undefined);
    const other = contactOf('two');
    registry.checked(contact, 'degraded');
    await clock.advance(10);
    registry.checked(other, 'degraded');
    await clock.advance(10);
    expect([registry.failing(), registry.failing()]).to.deep.equal([contact, other]);
    registry.checked(contact, 'healthy');
    expect(registry.failing()).to.equal(other);
  });

  it('forgets the falls of long ago, and the oldest of too many', async () => {
    registry.fell(contact);
    await clock.advance(1_800_001);
    expect(registry.lost(10)).to.deep.equal([]);
    expect(registry.statusOf(contact)).to.equal(undefined);
    for (let i = 0; i < 300; i++) registry.fell(contactOf(`node ${i}`));
    expect(registry.size).to.equal(256);
    expect(registry.statusOf(contactOf('node 0'))).to.equal(undefined);
    expect(registry.statusOf(contactOf('node 299'))).to.equal('unhealthy');
  });

  it('looks for the lost ones in turn', async () => {
    for (const name of ['a', 'b', 'c']) {
      await clock.advance(10);
      registry.fell(contactOf(name));
    }
    const seen = new Set<string>();
    for (let turn = 0; turn < 3; turn++) {
      await clock.advance(10);
      for (const lost of registry.lost(1)) seen.add(lost.id.hex);
    }
    expect(seen.size).to.equal(3);
  });
});

function contactOf(name: string): Contact {
  return new Contact(NodeId.fromName(name), '10.0.0.1', 4000);
}
