import { setTimeout as delay } from 'node:timers/promises';

/** One of so many workers is killed. */
const KILLED_SHARE = 0.1;
/** Tables must be fresh again after this time. Seconds. */
const FRESH_SECONDS = 60;
/** Orphans must be attached again, and restarted nodes have joined, within this time. Seconds. */
const ATTACH_SECONDS = 10;
const LOOKUPS = 200;

/**
 * Brings one network up, measures it in peace, kills a tenth of its workers and a fifth of its bootstrap
 * nodes, and measures what it comes to.
 *
 * @returns figures by name; `failed` says why there are none
 */
export async function runScenario(network, workers, settings) {
  let deployed;
  try {
    deployed = await network.deploy(workers, settings);
  } catch (error) {
    return { failed: error.message };
  }
  try {
    const calm = await network.verify();
    const damage = await damageWorkers(network);
    const bootstrap = await damageBootstrap(network);
    return { bootstraps: deployed.bootstraps, calm, ...damage, ...bootstrap };
  } finally {
    await network.down();
  }
}

/** Kills workers; lookups at once, and what is left of them in the tables later. */
async function damageWorkers(network) {
  const workers = (await network.nodes()).filter((node) => node.tier === 'worker');
  const victims = workers.filter((_, index) => index % Math.round(1 / KILLED_SHARE) === 5);
  await network.crash(victims.map((node) => node.name));
  const killedAt = performance.now();
  const atOnce = await lookups(network);
  await delay(FRESH_SECONDS * 1000 - (performance.now() - killedAt));
  const routing = await network.call('POST', '/v1/measure/routing');
  const discovery = await network.call('POST', '/v1/measure/discovery');
  const later = await lookups(network);
  return {
    afterKill: { p95: atOnce.latencyMs.p95, recall: atOnce.recall, timeouts: atOnce.timeouts },
    fresh: {
      stalePercent: (100 * routing.staleEntries) / routing.edges,
      healthyPercent: discovery.healthyPercent,
      discoverySeconds: discovery.seconds,
      successPercent: discovery.successPercent,
      p95: later.latencyMs.p95,
      recall: later.recall,
    },
  };
}

/** Kills bootstrap nodes: who is attached to a dead one after a while, and who can still join. */
async function damageBootstrap(network) {
  const nodes = await network.nodes();
  const bootstraps = nodes.filter((node) => ['super', 'regional', 'local'].includes(node.tier));
  const joined = bootstraps.filter((node) => node.state === 'joined');
  const victims = joined.filter((_, index) => index % 5 === 0);
  await network.crash(victims.map((node) => node.name));
  const fallen = nodes.filter((node) => node.tier === 'worker' && node.state !== 'joined').slice(0, 10);
  await network.restart(fallen.map((node) => node.name));
  await delay(ATTACH_SECONDS * 1000);
  const after = await network.nodes();
  const alive = after.filter((node) => node.state === 'joined');
  const places = new Set(alive.map((node) => `${node.address}:${node.port}`));
  const workers = alive.filter((node) => node.tier === 'worker');
  const back = new Set(fallen.map((node) => node.name));
  return {
    failover: {
      killed: victims.length,
      attachedPercent: (100 * workers.filter((node) => places.has(node.parent)).length) / workers.length,
      rejoinedPercent: (100 * workers.filter((node) => back.has(node.name)).length) / back.size,
    },
  };
}

function lookups(network) {
  return network.call('POST', '/v1/measure/lookup', { count: LOOKUPS, overSeconds: 10, seed: 1 });
}
