// Writes values on both sides of splits on the virtual clock, with crashes, clocks that differ and peers without
// versions, and reads them by all nodes afterwards. Each seed is a run of its own.
//
// usage: node scripts/studies/convergence.mjs [FIRST-LAST] [MINUTES]   200 seeds, read again after 10 minutes
import { spawnSync } from 'node:child_process';
import { root } from '../setup.mjs';

const [seeds = '0-199', minutes = '10'] = process.argv.slice(2);
const env = { ...process.env, CQKD_SEEDS: seeds, CQKD_LATER_MINUTES: minutes };
const test = 'node/test/kademlia/values/convergence.test.ts';
const { status } = spawnSync('npx', ['mocha', test], { cwd: root, env, stdio: 'inherit' });
process.exitCode = status ?? 1;
