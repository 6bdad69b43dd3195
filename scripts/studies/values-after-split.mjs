// Writes five keys on both sides of a split of real nodes, heals it, and counts which nodes read the newest values.
//
// usage: node scripts/studies/values-after-split.mjs [WORKERS] [RUNS]
import { setTimeout as delay } from 'node:timers/promises';
import { Network } from '../phases/network.mjs';

const [workers = 50, runs = 3] = process.argv.slice(2).map(Number);
const KEYS = ['large-1', 'large-2', 'large-3', 'small-1', 'small-2'];
const LARGE_BYTES = 8000;
/** The first values settle; the second side writes later; the split goes on. */
const PAUSES_MS = { settle: 5000, between: 10_000, after: 5000 };
const READ_AFTER_S = [60, 120, 300];
const READERS_AT_A_TIME = 16;

for (let run = 1; run <= runs; run++) {
  const network = new Network();
  await network.deploy(workers, {});
  try {
    await oneRun(network, run);
  } finally {
    await network.down();
  }
}

async function oneRun(network, run) {
  const { hosts } = await network.call('GET', '/v1/network');
  const names = hosts.flatMap(({ nodes }) => nodes.map(({ name }) => name));
  const sides = [0, 1].map((side) => names.filter((_, i) => i % 2 === side));
  await writeAll(network, sides[0][0], `first-${run}`, 5);
  await delay(PAUSES_MS.settle);
  await network.call('PUT', '/v1/faults', {
    id: 'split',
    ttlSeconds: 120,
    groups: [[...sides[0], 'coordinator'], sides[1]],
    deaf: [
      [0, 1],
      [1, 0],
    ],
  });
  await writeAll(network, sides[0][1], `left-${run}`, 1);
  await delay(PAUSES_MS.between);
  await writeAll(network, sides[1][1], `right-${run}`, 1);
  await delay(PAUSES_MS.after);
  await network.call('DELETE', '/v1/faults');
  const healedAt = performance.now();
  for (const seconds of READ_AFTER_S) {
    await delay(healedAt + seconds * 1000 - performance.now());
    const reads = await readAll(network, names, `right-${run}`);
    console.log(`run ${run}, ${seconds} s after: ${JSON.stringify(reads)}`);
  }
}

async function writeAll(network, by, text, min) {
  for (const key of KEYS)
    await network.call('PUT', `/v1/kv/${key}?by=${by}&min=${min}`, { value: sized(key, text) });
}

async function readAll(network, names, text) {
  const newest = Object.fromEntries(KEYS.map((key) => [key, 0]));
  const queue = KEYS.flatMap((key) => names.map((name) => ({ key, name })));
  const lane = async () => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      const { key, name } = next;
      const { value } = await network.call('GET', `/v1/kv/${key}?by=${name}`).catch(() => ({}));
      if (value === sized(key, text)) newest[key]++;
    }
  };
  await Promise.all(Array.from({ length: READERS_AT_A_TIME }, lane));
  return { newest, of: names.length };
}

function sized(key, text) {
  return key.startsWith('large') ? text.padEnd(LARGE_BYTES, '.') : text;
}
