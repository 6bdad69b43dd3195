// npm run phases: measures each phase with its flag on and off, at the scale of its row, and the legacy
// configuration (all flags off) against all phases; writes docs/phases/measured.md.
//
// usage: node scripts/phases.mjs [NAME…]   only some of the configurations, printed, nothing written
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Network } from './phases/network.mjs';
import { runWithTakenPorts } from './phases/ports.mjs';
import { renderReport } from './phases/report.mjs';
import { runScenario } from './phases/scenario.mjs';
import { build, install, root } from './setup.mjs';

const flags = {
  ports: 'enable_dynamic_ports',
  bootstrap: 'enable_multi_level_bootstrap',
  kademlia: 'enable_adaptive_kademlia',
  health: 'enable_health_check',
  refresh: 'enable_adaptive_refresh',
};
const off = (...names) => Object.fromEntries(names.map((name) => [flags[name], 'false']));
const legacy = off(...Object.keys(flags));

/** Name: workers and settings; the scales are those of the phases' rows. */
const scenarios = {
  'all-100': [100, {}],
  'kademlia-off-100': [100, off('kademlia')],
  'all-200': [200, {}],
  'health-off-200': [200, off('health')],
  'all-500': [500, {}],
  'bootstrap-off-500': [500, off('bootstrap')],
  'refresh-off-500': [500, off('refresh')],
  'all-50': [50, {}],
  'legacy-50': [50, legacy],
  'legacy-200': [200, legacy],
  'legacy-500': [500, legacy],
};
const takenPorts = {
  'ports-on-100': [100, {}],
  'ports-off-100': [100, off('ports')],
};

install();
build();
const wanted = process.argv.slice(2);
const network = new Network();
const results = {};
for (const [names, run] of [
  [takenPorts, runWithTakenPorts],
  [scenarios, runScenario],
]) {
  for (const [name, [workers, settings]] of Object.entries(names)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    results[name] = await run(network, workers, settings);
    console.log(`${name} ${JSON.stringify(results[name])}`);
  }
}
if (wanted.length === 0) writeFileSync(join(root, 'docs/phases/measured.md'), renderReport(results));
