// Kills all super nodes and 12 of the 80 other bootstrap nodes under 1000 workers at once, and prints what comes of it.
//
// usage: node scripts/failover.mjs [WORKERS]
import { setTimeout as delay } from 'node:timers/promises';
import { Network } from './phases/network.mjs';

const WORKERS = Number(process.argv[2] ?? 1000);
/** Share of the regional and local nodes that crash. */
const CRASHED = 12 / 80;
/** Fresh nodes that join while the bootstrap nodes are dead. */
const NEWCOMERS = 20;
const POLL_MS = 500;
const WATCH_MS = 60_000;
/** Once nobody is orphaned it is watched for so long that it stays so. */
const SETTLED_MS = 10_000;

const network = new Network();
const seconds = (sinceMs) => Number(((performance.now() - sinceMs) / 1000).toFixed(1));
const print = (what, figures) => console.log(`${what} ${JSON.stringify(figures)}`);

const { bootstrapSeconds } = await network.deploy(WORKERS, {});
try {
  print('deployed', { bootstrapSeconds });
  const events = await network.countEvents();
  await untilWhole(60);
  const before = await network.call('GET', '/v1/network');
  print('before', { ...before.bootstrap, recall: await recall() });

  const others = joined(before, ['regional', 'local']).sort((a, b) => (a.name < b.name ? -1 : 1));
  const crashed = spread(others, Math.round(CRASHED * others.length));
  const supers = before.hosts.filter((host) => host.tiers.includes('super'));
  const dead = new Set([...crashed, ...supers.flatMap((host) => host.nodes)].map(placeOf));
  const orphans = joined(before, ['worker']).filter((node) => dead.has(node.parent)).length;
  const killedAt = performance.now();
  for (const { pid } of supers) process.kill(pid, 'SIGKILL');
  await network.crash(crashed.map((node) => node.name));
  print('killed', {
    nodes: crashed.length + supers.length,
    crashed: crashed.map((node) => node.name),
    orphans,
  });

  print('recovered', await watch(dead, killedAt));
  print('events', events.counts);
  print('after', { recall: await recall(), ...(await discovery()) });
  print('newcomers', await newcomers(dead));

  const returnedAt = performance.now();
  await network.restart(crashed.map((node) => node.name));
  const scaled = await network.scale(WORKERS + 50);
  print('scaled', { started: scaled.started, seconds: seconds(returnedAt) });
  print('whole', {
    seconds: await untilWhole(120),
    ...(await network.call('GET', '/v1/network?nodes=false')).bootstrap,
  });
  const {
    weakComponents,
    stronglyConnectedComponents,
    orphans: lost,
  } = await network.call('POST', '/v1/measure/routing');
  print('routing', {
    weakComponents,
    stronglyConnectedComponents,
    orphans: lost.length,
    recall: await recall(),
  });
  print('events', events.counts);
  events.close();
} finally {
  await network.down();
}

/** Polls until every worker has a living parent for a while. @returns when that was, and how many had none until then */
async function watch(dead, sinceMs) {
  const timeline = [];
  let attachedAt;
  let lost = 0;
  while (performance.now() - sinceMs < WATCH_MS) {
    const view = await network.call('GET', '/v1/network');
    const workers = joined(view, ['worker']);
    const without = (nodes) => nodes.filter((node) => !node.parent || dead.has(node.parent)).length;
    lost = Math.max(lost, WORKERS - workers.length);
    const orphans = without(workers);
    const tiers = without(joined(view, ['regional', 'local', 'endpoint']));
    timeline.push([seconds(sinceMs), orphans, tiers, view.bootstrap.promoted.length]);
    if (orphans > 0) attachedAt = undefined;
    else attachedAt ??= performance.now();
    if (attachedAt && performance.now() - attachedAt > SETTLED_MS) break;
    await delay(POLL_MS);
  }
  const { promoted, failovers, connections, capacity } = (await network.call('GET', '/v1/network')).bootstrap;
  return {
    attachedSeconds: attachedAt ? Number(((attachedAt - sinceMs) / 1000).toFixed(1)) : null,
    workersLost: lost,
    promoted,
    failovers,
    connections,
    capacity,
    'timeline [s, workers orphaned, others orphaned, promoted]': timeline,
  };
}

/** Workers that have forgotten everything join again. */
async function newcomers(dead) {
  const workers = joined(await network.call('GET', '/v1/network'), ['worker']);
  const names = spread(workers, NEWCOMERS).map((node) => node.name);
  await network.crash(names);
  const sinceMs = performance.now();
  await network.restart(names);
  let left = names.length;
  while (left > 0 && performance.now() - sinceMs < WATCH_MS) {
    const now = joined(await network.call('GET', '/v1/network'), ['worker']);
    const back = now.filter((node) => names.includes(node.name) && node.parent && !dead.has(node.parent));
    left = names.length - back.length;
    if (left > 0) await delay(POLL_MS / 5);
  }
  return { joined: names.length - left, of: names.length, seconds: seconds(sinceMs) };
}

/** Waits until all bootstrap nodes are healthy, none stands in for another and no worker is orphaned. */
async function untilWhole(withinSeconds) {
  const sinceMs = performance.now();
  while (seconds(sinceMs) < withinSeconds) {
    const { total, healthy, promoted, workers } = (await network.call('GET', '/v1/network?nodes=false'))
      .bootstrap;
    if (healthy === total && promoted.length === 0 && workers.orphaned === 0) return seconds(sinceMs);
    await delay(POLL_MS);
  }
  return null;
}

async function recall() {
  const { recall, failed } = await network.call('POST', '/v1/measure/lookup', { count: 300, seed: 1 });
  return { recall, failed };
}

async function discovery() {
  const { found, alive, seconds } = await network.call('POST', '/v1/measure/discovery');
  return { found, alive, discoverySeconds: seconds };
}

function joined({ hosts }, tiers) {
  const up = hosts.filter((host) => host.state === 'up').flatMap((host) => host.nodes);
  return up.filter((node) => tiers.includes(node.tier) && node.state === 'joined');
}

/** So many of the items, evenly over the list. */
function spread(items, count) {
  return Array.from(
    { length: count },
    (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)],
  );
}

function placeOf({ address, port }) {
  return `${address}:${port}`;
}
