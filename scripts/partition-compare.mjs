// Splits the same containers in two, once with the agent of cqkd and once with a helper container for each target, as
// Pumba does it; and tells what is left when whoever did it is killed with -9. A local Docker Engine, from sources.
//
// usage: node --import tsx scripts/partition-compare.mjs [CONTAINERS]
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { ensureAgentImage } from '../src/drivers/docker/agent/agent-image.js';
import { DockerKernelFilter } from '../src/drivers/docker/agent/kernel-filter.js';
import { openEngine } from '../src/drivers/docker/engine/engine.js';

const NETWORK = 'partition-compare';
const PREFIX = '10.198';
const TABLE = 'cqkd_compare';
const PORT = 6000;
/** Ports on which a container is asked whom it reaches. */
const ASK_PORT = 9999;
/** Helpers at once: more were not faster on two processors. */
const HELPERS = 8;
const TTL_MS = 15_000;
/** What each container runs: answers pings, and tells on demand who answers its own. */
const PROGRAM = `
  const { createSocket } = require('node:dgram');
  const node = createSocket('udp4');
  let heard = new Set();
  node.on('message', (bytes, from) => {
    if (String(bytes) === 'ping') node.send('pong', from.port, from.address);
    else heard.add(from.address);
  }).bind(${PORT}, process.env.ADDRESS);
  const ask = createSocket('udp4');
  ask.on('message', (bytes, from) => {
    heard = new Set();
    for (const address of JSON.parse(bytes)) node.send('ping', ${PORT}, address);
    setTimeout(() => ask.send(String(heard.size), from.port, from.address), 700);
  }).bind(${ASK_PORT}, process.env.ADDRESS);`;

const docker = new Docker();
const signal = new AbortController().signal;
const ways = {
  agent: { cut: cutByAgent, lift: liftByAgent },
  helpers: { cut: cutByHelpers, lift: liftByHelpers },
};

if (process.send) await beTheOneWhoIsKilled(process.argv[2], Number(process.argv[3]));
else await compare(Number(process.argv[2] ?? 50));

async function compare(count) {
  await ensureAgentImage(await openEngine(), { signal });
  try {
    await begin(count);
    const rows = [];
    for (const way of Object.keys(ways)) {
      const cut = await timed(() => ways[way].cut(count));
      const across = await reached(count);
      const lift = await timed(() => ways[way].lift(count));
      rows.push({
        way,
        cut: cut.seconds,
        lift: lift.seconds,
        containers: way === 'agent' ? 1 : 2 * count,
        reach: across.join(' and '),
        'reach after': (await reached(count)).join(' and '),
      });
      const halfway = await killed(way, count, (cut.seconds * 1000) / 2);
      const on = await killed(way, count, null);
      Object.assign(rows.at(-1), { 'killed when on': on, 'killed half-way': halfway });
    }
    console.table(Object.fromEntries(rows.map(({ way, ...figures }) => [way, figures])));
  } finally {
    await end();
  }
}

/** Kills -9 who cuts, waits for the time to live, and looks at what is left. @param afterMs null = when the cut is on */
async function killed(way, count, afterMs) {
  const child = fork(import.meta.filename, [way, String(count)]);
  await once(child, 'message');
  const sinceMs = performance.now();
  if (afterMs === null) await once(child, 'message');
  else await delay(afterMs);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await delay(Math.max(0, TTL_MS - (performance.now() - sinceMs)));
  // Its time begins when an agent has started, which may be long after on a busy machine.
  const endsAtMs = performance.now() + 2 * TTL_MS;
  while (performance.now() < endsAtMs && (await strays()).some(({ State }) => State === 'running'))
    await delay(250);
  const containers = (await strays()).length;
  const reach = (await reached(count)).join(' and ');
  const left = `reach ${reach}; ${await tablesLeft(count)} tables, ${containers} containers left`;
  await removeStrays();
  await liftByHelpers(count);
  return left;
}

async function beTheOneWhoIsKilled(way, count) {
  process.send('begins');
  await ways[way].cut(count);
  process.send('on');
  await delay(1e6);
}

async function filter() {
  return new DockerKernelFilter({ engine: await openEngine(), network: NETWORK });
}

async function cutByAgent(count) {
  const [one, other] = sides(count).map((addresses) => addresses.map((address) => `${address}:${PORT}`));
  const deaf = [
    [0, 1],
    [1, 0],
  ];
  const cut = { id: 'compare', ttlMs: TTL_MS, groups: [one, other], deaf, wholeAddresses: [] };
  await (await filter()).cut(cut, signal);
}

async function liftByAgent() {
  await (await filter()).lift('compare');
}

/** One helper for each target puts its rules on; they stay until other helpers take them off. */
async function cutByHelpers(count) {
  const [one, other] = sides(count);
  const rules = (side) =>
    `add table inet ${TABLE}; add chain inet ${TABLE} input { type filter hook input priority 0; }; ` +
    `add rule inet ${TABLE} input udp dport ${PORT} ip saddr { ${side.join(', ')} } counter drop`;
  await each(count, (index) => help(index, [rules(one.includes(addressOf(index)) ? other : one)]));
}

async function liftByHelpers(count) {
  await each(count, (index) => help(index, [`add table inet ${TABLE}; delete table inet ${TABLE}`]));
}

async function tablesLeft(count) {
  let left = 0;
  await each(count, async (index) => {
    if ((await help(index, ['list', 'tables', 'inet'])).includes(TABLE)) left++;
  });
  return left;
}

/** Runs nft in the network namespace of a container. @returns what it wrote */
async function help(index, args) {
  const helper = await docker.createContainer({
    Image: (await docker.listImages({ filters: { reference: ['cqkd-chaos-agent'] } }))[0].Id,
    User: '0:0',
    Entrypoint: ['/usr/local/bin/nft'],
    Cmd: args,
    Labels: { 'io.cqkd.comparison': 'helper' },
    HostConfig: { NetworkMode: `container:${nameOf(index)}`, CapDrop: ['ALL'], CapAdd: ['NET_ADMIN'] },
  });
  await helper.start();
  const { StatusCode: code } = await helper.wait();
  const output = String(await helper.logs({ stdout: true, stderr: true }));
  await helper.remove({ force: true });
  if (code !== 0) throw new Error(`nft ended with ${code}: ${output}`);
  return output;
}

/** Helpers and agents that are there. */
async function strays() {
  const lists = ['io.cqkd.comparison=helper', 'io.cqkd.kind=agent'].map((label) =>
    docker.listContainers({ all: true, filters: { label: [label] } }),
  );
  return (await Promise.all(lists)).flat();
}

async function removeStrays() {
  // One that ends by itself is being removed already.
  for (const { Id } of await strays())
    await docker
      .getContainer(Id)
      .remove({ force: true })
      .catch(() => {});
}

/** How many containers one of each side reaches. */
async function reached(count) {
  const [one, other] = sides(count);
  const all = JSON.stringify([...one, ...other]);
  return Promise.all([one[0], other[0]].map((address) => ask(address, all)));
}

/** Asks again until it answers: it may just be starting. */
async function ask(address, question) {
  const socket = createSocket('udp4');
  const again = setInterval(() => socket.send(question, ASK_PORT, address), 2000);
  try {
    socket.send(question, ASK_PORT, address);
    const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(60_000) });
    return Number(answer);
  } finally {
    clearInterval(again);
    socket.close();
  }
}

async function begin(count) {
  await docker.createNetwork({
    Name: NETWORK,
    IPAM: { Config: [{ Subnet: `${PREFIX}.0.0/16` }] },
    Labels: { 'io.cqkd.network': NETWORK },
  });
  await each(count, async (index) => {
    const container = await docker.createContainer({
      name: nameOf(index),
      Image: 'cqkd-dht-node:latest',
      Entrypoint: ['/usr/local/bin/node', '-e', PROGRAM],
      Env: [`ADDRESS=${addressOf(index)}`],
      Labels: { 'io.cqkd.network': NETWORK, 'io.cqkd.kind': 'host', 'io.cqkd.host': `host-${index}` },
      Healthcheck: { Test: ['NONE'] },
      HostConfig: { NetworkMode: NETWORK },
      NetworkingConfig: { EndpointsConfig: { [NETWORK]: { IPAMConfig: { IPv4Address: addressOf(index) } } } },
    });
    await container.start();
  });
  // The first look teaches the containers one another's hardware addresses.
  for (let reach = []; reach.some((each) => each < count) || reach.length === 0; )
    reach = await reached(count);
}

async function end() {
  await removeStrays();
  const filters = { label: [`io.cqkd.network=${NETWORK}`] };
  const left = await docker.listContainers({ all: true, filters });
  await each(left.length, (index) => docker.getContainer(left[index].Id).remove({ force: true, v: true }));
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
}

/** Does something for each index, a bounded number at a time. */
async function each(count, work) {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: HELPERS }, lane));
}

function sides(count) {
  const addresses = Array.from({ length: count }, (_, index) => addressOf(index));
  return [addresses.slice(0, Math.ceil(count / 2)), addresses.slice(Math.ceil(count / 2))];
}

function addressOf(index) {
  return `${PREFIX}.1.${index + 1}`;
}

function nameOf(index) {
  return `${NETWORK}-${index}`;
}

async function timed(work) {
  const sinceMs = performance.now();
  await work();
  return { seconds: Number(((performance.now() - sinceMs) / 1000).toFixed(2)) };
}
