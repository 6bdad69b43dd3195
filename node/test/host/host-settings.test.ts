import { expect } from 'chai';
import type { SettingChange } from '../../src/control/settings-api.js';
import { HostSettings } from '../../src/host/host-settings.js';
import type { HostSpec } from '../../src/host/spec.js';
import { SettingError } from '../../src/settings.js';
import { hostSpec, nodeGroup } from '../support/cluster.js';

const node = (name: string) => ({ name, port: 7000, candidates: 0 });
const names = ['rb-east-1', 'worker-0001', 'worker-0002'];

/** A host that a regional node shares with workers of two regions. */
const shared = (changes: Partial<HostSpec> = {}): HostSpec => ({
  ...hostSpec('shared-1'),
  groups: [
    nodeGroup('regional', [node('rb-east-1')]),
    nodeGroup('worker', [node('worker-0001')]),
    nodeGroup('worker', [node('worker-0002')], { region: 'west' }),
  ],
  settings: { fallback_k: '8' },
  ...changes,
});

describe('the settings of a host that several tiers share', () => {
  let settings: HostSettings;
  beforeEach(() => {
    settings = new HostSettings(shared());
  });

  let revision = 0;
  const change = (...changes: SettingChange[]) => settings.overlay({ revision: ++revision, changes });
  const k = (name: string) => settings.of(name).fallback_k;
  const view = () => settings.view(names.map((name) => ({ name, settings: settings.of(name) })));

  it('are what the plan gave at first', () => {
    expect(names.map(k)).to.deep.equal([8, 8, 8]);
    expect(view()).to.deep.include({ overlay: { revision: 0, changes: [] }, nodes: {} });
  });

  it('reach only the workers, of all regions, when they are for the tier of workers', () => {
    change({ settings: { fallback_k: '9' }, tiers: ['worker'] });
    expect(names.map(k)).to.deep.equal([8, 9, 9]);
    expect(settings.of('worker-0001')).to.equal(settings.of('worker-0002'));
    expect(view().nodes).to.deep.equal({ 'rb-east-1': { fallback_k: '8' } });
  });

  it('reach only the bootstrap node when they are for its tier, and no node for a tier that is not there', () => {
    change({ settings: { fallback_k: '9' }, tiers: ['regional', 'local'] });
    expect(names.map(k)).to.deep.equal([9, 8, 8]);
    change({ settings: { fallback_k: '9' }, tiers: ['super'] });
    expect(names.map(k)).to.deep.equal([8, 8, 8]);
    expect(settings.ofHost.fallback_k).to.equal(8);
  });

  it('reach all when they are for the host or the network, one when they are for a node', () => {
    change({ settings: { fallback_k: '9' }, hosts: ['shared-1'] });
    expect(names.map(k)).to.deep.equal([9, 9, 9]);
    change({ settings: { fallback_k: '9' } });
    expect(names.map(k)).to.deep.equal([9, 9, 9]);
    change({ settings: { fallback_k: '9' }, nodes: ['worker-0002'] });
    expect(names.map(k)).to.deep.equal([8, 8, 9]);
    expect(view().nodes).to.deep.equal({ 'worker-0002': { fallback_k: '9' } });
  });

  it('are those of the last change that is for a node', () => {
    const all = { settings: { fallback_k: '9' } };
    const workers = { settings: { fallback_k: '10' }, tiers: ['worker'] };
    const one = { settings: { fallback_k: '11' }, nodes: ['worker-0001'] };
    change(all, workers, one);
    expect(names.map(k)).to.deep.equal([9, 11, 10]);
    change(one, workers, all);
    expect(names.map(k)).to.deep.equal([9, 9, 9]);
    change(all, { settings: { fallback_k: null }, tiers: ['regional'] }, workers);
    expect(names.map(k)).to.deep.equal([8, 10, 10]);
  });

  it('are refused for all when they make no sense for one tier', () => {
    change({ settings: { active_refresh_min_interval: '500' }, tiers: ['regional'] });
    expect(() =>
      change(
        { settings: { active_refresh_min_interval: '500' }, tiers: ['regional'] },
        { settings: { stable_refresh_max_interval: '400' }, tiers: ['regional'] },
      ),
    ).to.throw(SettingError, 'STABLE_REFRESH_MAX_INTERVAL');
    expect(settings.of('rb-east-1')).to.include({
      active_refresh_min_interval: 500,
      stable_refresh_max_interval: 600,
    });
  });

  it('follow a node that the plan moves to another tier', () => {
    change({ settings: { fallback_k: '9' }, tiers: ['worker'] });
    const groups = [
      nodeGroup('regional', [node('rb-east-1')]),
      nodeGroup('local', [node('worker-0001')]),
      nodeGroup('worker', [node('worker-0002')], { region: 'west' }),
    ];
    settings.give(shared({ groups, settings: { fallback_k: '7' } }));
    expect(names.map(k)).to.deep.equal([7, 7, 9]);
    expect(() => settings.give(shared({ settings: { fallback_k: '0' } }))).to.throw(SettingError);
    expect(names.map(k)).to.deep.equal([7, 7, 9]);
  });
});
