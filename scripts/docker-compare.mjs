// Times networks on a Docker Engine beside the process driver, beside docker-compose, and beside what the engine
// itself can do. Every container of the comparison runs the node of this checkout.
//
// usage: node scripts/docker-compare.mjs drivers [WORKERS...]   up, verify, down, memory, CPU on either driver
//        node scripts/docker-compare.mjs compose [WORKERS...]   docker-compose up --scale, one container a node
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { root } from './setup.mjs';

const IMAGE = 'cqkd-dht-node:latest';
const NAME = 'compare';
/** Containers that are created at once; the best time counts as what the engine can do. */
const PARALLEL = [4, 6, 8];
/** One for each network that the comparison makes: an engine under load frees them late. */
let subnets = 0;
const nextSubnet = () => `10.${200 + subnets++}.0.0/16`;

const [what, ...sizes] = process.argv.slice(2);
const comparisons = { drivers: compareDrivers, compose: compareWithCompose };
if (!Object.hasOwn(comparisons, what))
  throw new Error('usage: docker-compare.mjs drivers|compose [WORKERS...]');
const docker = new Docker();
for (const workers of sizes.length > 0 ? sizes.map(Number) : [50, 200]) await comparisons[what](workers);

async function compareDrivers(workers) {
  for (const driver of ['docker', 'process']) {
    const up = timed(() => cqkd('deploy', '-c', '-w', workers, '--driver', driver, '--seed', 1));
    const verified = timed(() => cqkd('verify'));
    const down = timed(() => cqkd('down'));
    const { metrics, verdict } = verified.document;
    const value = (id) => Number(metrics.find((metric) => metric.id === id)?.value?.toFixed(1));
    print(`${workers} workers`, {
      driver,
      hosts: up.document.hosts,
      up: up.seconds,
      bootstrap: round(up.document.bootstrapSeconds),
      down: down.seconds,
      memoryMB: Math.round(value('memory') / 1e6),
      cpu: value('cpu'),
      rpc: value('rpc_latency'),
      verdict,
      exit: verified.code,
    });
  }
}

async function compareWithCompose(workers) {
  const shape = ['deploy', '-c', '-w', workers, '--driver', 'docker', '--seed', 1];
  const packed = await both(shape);
  print(`${workers} workers, own density`, packed);
  const single = await both([...shape, '--density', 1]);
  print('  one container a node', single);
  const compose = composeTimes(workers);
  print('  docker-compose', compose);
  const engine = await engineLimit(single.containers);
  print('  bare create and start', engine);
  print('  docker-compose / own density', {
    up: round(compose.up / packed.up),
    down: round(compose.down / packed.down),
    forced: round(compose.down / packed.forced),
  });
  print('  docker-compose / one container a node', {
    up: round(compose.up / single.up),
    down: round(compose.down / single.down),
    forced: round(compose.down / single.forced),
  });
  print('  creation / bare create and start', round(single.created / engine.seconds));
}

/** Brings a network up and down, and again with `down --force`. `created` is the time from the first container that is created to the last start. */
async function both(args) {
  const since = Math.floor(Date.now() / 1000);
  const up = timed(() => cqkd(...args));
  const created = startsIn(since);
  const down = timed(() => cqkd('down'));
  cqkd(...args);
  const forced = timed(() => cqkd('down', '--force'));
  return {
    up: up.seconds,
    down: down.seconds,
    forced: forced.seconds,
    containers: up.document.hosts + 1,
    created,
  };
}

/** The engine's own record of creates and starts. @returns seconds */
function startsIn(sinceSeconds) {
  const until = Math.ceil(Date.now() / 1000);
  const text = execFileSync(
    'docker',
    ['events', '--since', sinceSeconds, '--until', until, '--format', '{{json .}}'].concat(
      ['create', 'start'].flatMap((event) => ['--filter', `event=${event}`]),
      ['--filter', 'type=container', '--filter', `label=io.cqkd.network=${NAME}`],
    ),
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  const times = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).timeNano / 1e9);
  return round(Math.max(...times) - Math.min(...times));
}

function composeTimes(workers) {
  const folder = join(root, 'compose-templates');
  const files = ['network.yml', 'super.yml', 'worker.yml', 'secondary.yml'].flatMap((file) => ['-f', file]);
  const env = {
    ...process.env,
    COMPOSE_HTTP_TIMEOUT: '600',
    CQKD_SUBNET: nextSubnet(),
    CQKD_NETWORK_NAME: 'compare-compose',
  };
  const run = (...args) => {
    const { status, stderr } = spawnSync('docker-compose', ['-p', 'compare-compose', ...files, ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    if (status !== 0) throw new Error(`docker-compose ${args.join(' ')}: ${stderr.slice(-500)}`);
  };
  try {
    const up = timed(() => run('up', '-d', '--scale', `worker=${workers}`));
    const downSinceMs = performance.now();
    try {
      run('down');
    } catch (error) {
      print('  docker-compose down failed', { message: error.message.split('\n').at(-2) });
    }
    return { up: up.seconds, down: round((performance.now() - downSinceMs) / 1000) };
  } catch (error) {
    spawnSync('docker-compose', ['-p', 'compare-compose', ...files, 'down', '-t', '0'], { cwd: folder, env });
    throw error;
  }
}

/** Creates and starts bare containers of the same image on a network of their own, and nothing else. */
async function engineLimit(containers) {
  const results = [];
  for (const atOnce of PARALLEL) results.push({ atOnce, seconds: await bareStarts(containers, atOnce) });
  return results.reduce((best, each) => (each.seconds < best.seconds ? each : best));
}

async function bareStarts(containers, atOnce) {
  const name = `compare-bare-${atOnce}`;
  const network = await docker.createNetwork({
    Name: name,
    IPAM: { Config: [{ Subnet: nextSubnet() }] },
    Labels: { 'io.cqkd.comparison': 'bare' },
  });
  const ids = [];
  let next = 0;
  try {
    const sinceMs = performance.now();
    const one = async () => {
      while (next++ < containers) {
        const container = await docker.createContainer({
          Image: IMAGE,
          Entrypoint: ['/usr/local/bin/node', '-e', 'setInterval(() => {}, 1e9)'],
          HostConfig: { NetworkMode: name },
        });
        ids.push(container.id);
        await container.start();
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: atOnce }, one));
    const failed = lanes.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    return round((performance.now() - sinceMs) / 1000);
  } finally {
    const remove = async () => {
      for (let id = ids.pop(); id; id = ids.pop())
        await docker.getContainer(id).remove({ force: true, v: true });
    };
    await Promise.all(Array.from({ length: 8 }, remove));
    await removeNetwork(network);
  }
}

/** An engine under load notices late that nothing is on a network any more, or never. */
async function removeNetwork(network) {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      return await network.remove();
    } catch {
      await delay(250);
    }
  }
  print('  the engine keeps a network; restart it', { id: network.id });
}

/** Runs one command of the checkout. */
function cqkd(...args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['bin/run.js', ...args.map(String), '-n', NAME, '--json'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  const document = JSON.parse(stdout || '{}');
  if (!stdout || document.error) throw new Error(`${args.join(' ')}: ${document.error?.message ?? stderr}`);
  return { document, code: status };
}

function timed(work) {
  const sinceMs = performance.now();
  const result = work();
  return { ...result, seconds: round((performance.now() - sinceMs) / 1000) };
}

function round(value) {
  return Number(value.toFixed(2));
}

function print(title, figures) {
  console.log(`${title} ${JSON.stringify(figures)}`);
}
