import { expect } from 'chai';
import fc from 'fast-check';
import type { SettingChange } from '../src/control/settings-api.js';
import { addChange, noOverlay, type SettingPlace, settingsAt } from '../src/setting-overlay.js';

const given = { fallback_k: '8' };
const worker: SettingPlace = { host: 'worker-east-1', tiers: ['worker'] };
const shared: SettingPlace = { host: 'shared-1', tiers: ['regional', 'worker'] };
const overlayOf = (...changes: SettingChange[]) =>
  changes.reduce((overlay, change) => addChange(overlay, change, 0), noOverlay);

describe('settings changed while the network runs', () => {
  it('are for the whole network, or for the hosts, tiers and nodes that are named', () => {
    const settings = { fallback_k: '9' };
    const node = { ...worker, node: 'worker-0001' };
    const at = (scope: object, place?: SettingPlace) =>
      settingsAt(given, overlayOf({ settings, ...scope }), place).fallback_k;
    expect(at({})).to.equal('9');
    expect(at({}, node)).to.equal('9');
    expect(at({ tiers: ['super'] }, worker)).to.equal('8');
    expect(at({ tiers: ['worker'] })).to.equal('8');
    expect(at({ tiers: ['worker'] }, worker)).to.equal('9');
    expect(at({ hosts: ['worker-east-1'] }, node)).to.equal('9');
    expect(at({ nodes: ['worker-0001'] }, worker)).to.equal('8');
    expect(at({ nodes: ['worker-0001'] }, node)).to.equal('9');
    expect(at({ tiers: ['super'], nodes: ['worker-0001'] }, node)).to.equal('9');
  });

  it('are for a host that several tiers share by any of them, and for its nodes by their own', () => {
    const settings = { fallback_k: '9' };
    const regional = { ...shared, tiers: ['regional'], node: 'rb-east-1' };
    const at = (scope: object, place: SettingPlace) =>
      settingsAt(given, overlayOf({ settings, ...scope }), place).fallback_k;
    expect(at({ tiers: ['worker'] }, shared)).to.equal('9');
    expect(at({ tiers: ['regional'] }, shared)).to.equal('9');
    expect(at({ tiers: ['local', 'super'] }, shared)).to.equal('8');
    expect(at({ tiers: ['worker'] }, regional)).to.equal('8');
    expect(at({ tiers: ['local', 'regional'] }, regional)).to.equal('9');
    expect(at({ hosts: ['shared-1'], tiers: ['worker'] }, regional)).to.equal('9');
    expect(at({ tiers: ['worker'], nodes: ['rb-east-1'] }, regional)).to.equal('9');
    expect(at({ nodes: ['rb-east-1'] }, shared)).to.equal('8');
  });

  it('give way to later ones, narrow or wide', () => {
    const all = { settings: { fallback_k: '9' } };
    const some = { settings: { fallback_k: '10' }, tiers: ['worker'] };
    expect(settingsAt(given, overlayOf(all, some), worker).fallback_k).to.equal('10');
    expect(settingsAt(given, overlayOf(some, all), worker).fallback_k).to.equal('9');
  });

  it('go back to what the plan gave, or to the default', () => {
    const back = { settings: { fallback_k: null, fallback_alpha: null } };
    const changed = overlayOf({ settings: { fallback_k: '9', fallback_alpha: '4' } });
    expect(settingsAt(given, changed)).to.deep.equal({ fallback_k: '9', fallback_alpha: '4' });
    expect(settingsAt(given, addChange(changed, back, 0))).to.deep.equal(given);
    expect(settingsAt(given, addChange(changed, { ...back, tiers: ['worker'] }, 0), worker)).to.deep.equal(
      given,
    );
  });

  it('count up, whatever the clock says', () => {
    const change = { settings: { fallback_k: '9' } };
    const first = addChange(noOverlay, change, 5000.7);
    expect(first.revision).to.equal(5000);
    expect(addChange(first, change, 4000).revision).to.equal(5001);
  });

  const names = fc.constantFrom('a', 'b', 'c');
  const scope = fc.oneof(
    fc.constant({}),
    fc.record({ hosts: fc.array(names, { minLength: 1 }) }),
    fc.record({ tiers: fc.array(names, { minLength: 1 }), nodes: fc.array(names, { minLength: 1 }) }),
    fc.record({ nodes: fc.array(names, { minLength: 1 }) }),
  );
  const texts = fc.dictionary(names, fc.option(fc.constantFrom('1', '2')), { minKeys: 1 });
  const changes = fc.array(fc.tuple(texts, scope).map(([settings, where]) => ({ settings, ...where })));
  const place = fc.option(
    fc.record({ host: names, tiers: fc.subarray(['a', 'b', 'c'], { minLength: 1 }), node: names }),
    { nil: undefined },
  );

  it('mean the same however many of them were dropped as void', () => {
    fc.assert(
      fc.property(changes, fc.dictionary(names, fc.constant('0')), place, (all, plan, where) => {
        const kept = settingsAt(plan, { revision: 1, changes: all }, where);
        expect(settingsAt(plan, overlayOf(...all), where)).to.deep.equal(kept);
      }),
    );
  });

  it('leave nothing behind when all of them are taken back', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const back = { settings: { a: null, b: null, c: null } };
        expect(overlayOf(...all, back).changes).to.deep.equal([]);
      }),
    );
  });
});
