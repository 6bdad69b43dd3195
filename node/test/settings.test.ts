import { expect } from 'chai';
import { parseNodeEnvironment } from '../src/node-environment.js';
import {
  describeValues,
  parseSettings,
  phases,
  SettingError,
  settingNames,
  settingsOfEnvironment,
  settingTable,
  UnknownSettingError,
} from '../src/settings.js';

describe('settings', () => {
  it('have a default each', () => {
    const settings = parseSettings();
    expect(settings.base_port).to.equal(7000);
    expect(settings.max_port).to.equal(7999);
    expect(settings.health_check_levels).to.deep.equal(['fast', 'medium', 'deep']);
    expect(settings.fallback_bootstrap_nodes).to.deep.equal([
      { host: '127.0.0.1', port: 5678 },
      { host: '127.0.0.1', port: 5679 },
    ]);
    expect(settings.regional_bootstrap_count).to.equal(null);
  });

  it('parse their own defaults', () => {
    for (const name of settingNames) {
      const value = settingTable[name].default;
      if (value !== null) expect(() => parseSettings({ [name]: String(value) }), name).not.to.throw();
    }
  });

  it('read every kind of value', () => {
    const settings = parseSettings({
      enable_health_check: 'FALSE',
      fallback_k: '8',
      bootstrap_connection_timeout: '0.5',
      health_check_level: 'Deep',
      health_check_levels: 'fast, deep',
      super_bootstrap_nodes: '[::1]:5000,host-a:5001',
    });
    expect(settings.enable_health_check).to.equal(false);
    expect(settings.fallback_k).to.equal(8);
    expect(settings.bootstrap_connection_timeout).to.equal(0.5);
    expect(settings.health_check_level).to.equal('deep');
    expect(settings.health_check_levels).to.deep.equal(['fast', 'deep']);
    expect(settings.super_bootstrap_nodes).to.deep.equal([
      { host: '::1', port: 5000 },
      { host: 'host-a', port: 5001 },
    ]);
  });

  const bad: [string, string, string][] = [
    ['base_port', 'seven', 'BASE_PORT takes a whole number from 1 to 65535, got "seven"'],
    ['base_port', '70000', 'BASE_PORT takes a whole number from 1 to 65535, got "70000"'],
    ['fallback_k', '1e3', 'FALLBACK_K takes a whole number from 1 to 100, got "1e3"'],
    ['enable_health_check', 'maybe', 'ENABLE_HEALTH_CHECK takes true or false, got "maybe"'],
    ['health_check_levels', '', 'HEALTH_CHECK_LEVELS takes a list of fast, medium, deep, got ""'],
    [
      'super_bootstrap_nodes',
      'a:0',
      'SUPER_BOOTSTRAP_NODES takes a list of host:port, separated by commas, got "a:0"',
    ],
    ['base_port', '8000', 'BASE_PORT takes at most MAX_PORT (7999), got 8000'],
    ['max_port', '6000', 'MAX_PORT takes at least BASE_PORT (7000), got 6000'],
  ];
  for (const [name, value, message] of bad) {
    it(`refuse ${name}=${value}`, () => {
      expect(() => parseSettings({ [name]: value })).to.throw(SettingError, message);
    });
  }

  it('refuse a name that does not exist', () => {
    expect(() => parseSettings({ enable_healthcheck: 'true' })).to.throw(
      UnknownSettingError,
      'enable_healthcheck',
    );
    expect(() => parseSettings({ toString: 'true' })).to.throw(UnknownSettingError);
  });

  it('turn all five flags off in legacy compatibility mode', () => {
    const settings = parseSettings({ legacy_compatibility_mode: 'true', enable_health_check: 'true' });
    for (const phase of phases) expect(settings[phase.flag], phase.flag).to.equal(false);
  });

  it('are read from an environment by their upper-case names', () => {
    const environment = { BASE_PORT: '7100', base_port: '1', PATH: '/bin', MAX_PORT: '' };
    expect(settingsOfEnvironment(environment)).to.deep.equal({ base_port: '7100' });
  });

  it('describe what they take and belong to phases 1 to 5', () => {
    for (const name of settingNames) expect(describeValues(settingTable[name]), name).to.match(/^\S.*\S$/);
    expect(phases.map((phase) => settingTable[phase.flag].phase)).to.deep.equal([1, 2, 3, 4, 5]);
  });
});

describe('node environment', () => {
  const read = (environment: Record<string, string>, values: Record<string, string> = {}) =>
    parseNodeEnvironment(environment, parseSettings(values));

  it('is a worker by default', () => {
    expect(read({})).to.deep.equal({
      port: 7000,
      name: null,
      workerId: 1,
      level: null,
      bootstrapNodes: [],
      region: 'default',
      maxConnections: 50,
    });
  });

  it('gives worker w its preferred port', () => {
    expect(read({ WORKER_ID: '12' }).port).to.equal(7011);
    expect(read({ WORKER_ID: '1001' }).port).to.equal(7000);
    expect(read({ WORKER_ID: '12' }, { enable_dynamic_ports: 'false' }).port).to.equal(7000);
  });

  it('lets DHT_PORT win over both values of the flag', () => {
    expect(read({ DHT_PORT: '7500', WORKER_ID: '3' }).port).to.equal(7500);
    expect(read({ DHT_PORT: '7500' }, { enable_dynamic_ports: 'false' }).port).to.equal(7500);
  });

  it('names bootstrap nodes by level and port', () => {
    const node = read({ BOOTSTRAP_LEVEL: 'regional', DHT_PORT: '5683', BOOTSTRAP_NODES: 'sb-primary:5678' });
    expect(node).to.include({ name: 'rb-5683', level: 'regional', maxConnections: 250 });
    expect(node.bootstrapNodes).to.deep.equal([{ host: 'sb-primary', port: 5678 }]);
    expect(read({ BOOTSTRAP_LEVEL: 'local', NODE_ID: 'mine' })).to.include({ name: 'mine', port: 5698 });
  });

  const bad: [string, string, string][] = [
    ['DHT_PORT', '0', 'DHT_PORT takes a whole number from 1 to 65535, got "0"'],
    ['WORKER_ID', '1.5', 'WORKER_ID takes a whole number from 1 to 1000000, got "1.5"'],
    ['BOOTSTRAP_LEVEL', 'top', 'BOOTSTRAP_LEVEL takes one of super, regional, local, got "top"'],
    ['BOOTSTRAP_NODES', 'a', 'BOOTSTRAP_NODES takes a list of host:port, separated by commas, got "a"'],
    ['MAX_CONNECTIONS', '-1', 'MAX_CONNECTIONS takes a whole number from 1 to 1000000, got "-1"'],
  ];
  for (const [name, value, message] of bad) {
    it(`refuses ${name}=${value}`, () => {
      expect(() => read({ [name]: value })).to.throw(SettingError, message);
    });
  }
});
