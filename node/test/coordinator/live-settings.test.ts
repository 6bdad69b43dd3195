import { expect } from 'chai';
import type { HostReport } from '../../src/control/api.js';
import { HttpServer } from '../../src/control/http-server.js';
import type { HostSettingsView, SettingOverlay } from '../../src/control/settings-api.js';
import { FanOut } from '../../src/coordinator/fan-out.js';
import { LiveSettings } from '../../src/coordinator/live-settings.js';
import { Registry } from '../../src/coordinator/registry.js';

const TOKEN = 'a token of tests';

describe('LiveSettings', () => {
  let host: HttpServer;
  let overlay: SettingOverlay;
  let registry: Registry;
  let fanOut: FanOut;
  let live: LiveSettings;

  const report = (): HostReport => ({
    name: 'worker-0',
    tiers: ['worker'],
    regions: ['east'],
    pid: 100,
    url: host.url,
    startedAt: 1,
    uptimeMs: 1,
    nodes: [],
    load: { cpuSeconds: 1, memoryBytes: 1, eventLoopP99Ms: 0 },
    traffic: {
      datagramsSent: 0,
      datagramsReceived: 0,
      bytesSent: 0,
      bytesReceived: 0,
      datagramsDropped: 0,
      requestsSent: 0,
      requestsFailed: 0,
      refreshDatagrams: 0,
    },
    settingsRevision: overlay.revision,
    events: [],
  });

  beforeEach(async () => {
    overlay = { revision: 5, changes: [{ settings: { fallback_k: '9' } }] };
    host = await HttpServer.listen({
      address: '127.0.0.1',
      port: 0,
      token: TOKEN,
      routes: [
        {
          method: 'GET',
          path: '/v1/settings',
          handle: (): HostSettingsView => ({ overlay, settings: {}, nodes: {} }),
        },
        {
          method: 'PUT',
          path: '/v1/settings',
          handle: ({ body }) => {
            overlay = body as SettingOverlay;
            return {};
          },
        },
      ],
    });
    registry = new Registry({ onChange: () => {}, onEvent: () => {} });
    fanOut = new FanOut(registry, TOKEN);
    live = new LiveSettings({ given: {}, registry, fanOut, onChange: () => {}, onTold: () => {} });
  });

  afterEach(async () => {
    fanOut.close();
    await host.close();
  });

  it('adds the first change of a new coordinator to what hosts know of an earlier one', async () => {
    const changed = live.change({ settings: { fallback_alpha: '4' } });
    registry.report(report());
    live.reported(report());
    expect(await changed).to.deep.include({ hosts: { 'worker-0': 'applied' } });
    const changes = [{ settings: { fallback_k: '9' } }, { settings: { fallback_alpha: '4' } }];
    expect(overlay.changes).to.deep.equal(changes);
    expect(live.current).to.include({ fallback_k: 9, fallback_alpha: 4 });
  });
});
