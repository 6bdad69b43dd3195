import { expect } from 'chai';
import { PartitionWatch } from '../../src/refresh/partition.js';
import { VirtualClock } from '../../src/wire/virtual-clock.js';

describe('PartitionWatch', () => {
  let clock: VirtualClock;
  let heard: number;
  let watch: PartitionWatch;

  beforeEach(() => {
    clock = new VirtualClock();
    heard = 0;
    watch = new PartitionWatch({ clock, heardSince: () => heard });
  });

  /** Contacts fall silent, one a pause. @returns whether any of them made it a partition */
  const silence = async (ids: string[], pauseMs = 100) => {
    let suspected = false;
    for (const id of ids) {
      await clock.advance(pauseMs);
      suspected = watch.fellSilent(id) || suspected;
    }
    return suspected;
  };
  const ids = (count: number, prefix = 'x') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

  it('suspects a partition when half of the contacts fall silent at once, and says so once', async () => {
    heard = 20;
    expect(await silence(ids(10))).to.equal(true);
    expect(watch.suspected).to.equal(true);
    expect(await silence(ids(10, 'y'))).to.equal(false);
  });

  it('does not suspect one for a few contacts, whatever their share', async () => {
    expect(await silence(ids(4))).to.equal(false);
  });

  it('does not suspect one for ordinary churn', async () => {
    heard = 100;
    // A fifth of the contacts, but over an hour.
    expect(await silence(ids(20), 180_000)).to.equal(false);
    expect(await silence(ids(20, 'y'), 100)).to.equal(false);
  });

  it('does not suspect one while as many contacts say goodbye', async () => {
    for (const id of ids(20, 'left')) watch.saidGoodbye(id);
    expect(await silence(ids(20))).to.equal(false);
  });

  it('knows for a minute who fell silent', async () => {
    await silence(ids(10));
    expect(watch.fellSilentLately('x9')).to.equal(true);
    expect(watch.fellSilentLately('a stranger')).to.equal(false);
    await clock.advance(60_000);
    expect(watch.fellSilentLately('x9')).to.equal(false);
  });

  it('is healed when some of the lost contacts are back', async () => {
    await silence(ids(10));
    expect(watch.heard('a stranger')).to.equal(undefined);
    expect(watch.heard('x3')).to.equal('met');
    expect(watch.heard('x3')).to.equal(undefined);
    expect(watch.heard('x4')).to.equal('met');
    expect(watch.heard('x5')).to.equal('healed');
    expect(watch.suspected).to.equal(false);
    expect(watch.heard('x6')).to.equal(undefined);
  });

  it('forgets contacts that fall silent now and then and come back', async () => {
    heard = 5;
    for (let round = 0; round < 20; round++) {
      await silence(ids(4));
      for (const id of ids(4)) expect(watch.heard(id)).to.equal(undefined);
    }
    expect(watch.lost).to.equal(0);
  });

  it('gives up waiting for those that died', async () => {
    await silence(ids(10));
    await clock.advance(3_700_000);
    expect(await silence(ids(1, 'y'))).to.equal(false);
    expect(watch.suspected).to.equal(false);
    expect(watch.lost).to.equal(1);
    expect(watch.heard('x1')).to.equal(undefined);
  });
});
