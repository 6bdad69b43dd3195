import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import Docker from 'dockerode';
import { requireEngine } from '../../../../src/test/support/engine.js';
import { until } from '../../../../src/test/support/until.js';
import { inLanes, type Jobs, type Lanes } from '../support/lanes.js';
import type { SmallNetwork } from '../support/small-network.js';

/** Each with what it takes to be on for some seconds in a network of 15 workers. */
const faults: Record<string, string[]> = {
  kill: ['--tier', 'worker', '--count', '2'],
  pause: [],
  partition: [],
  isolate: [],
  degrade: ['--loss', '10%'],
  churn: ['--up', '2s', '--down', '1s', '--share', '30%'],
  overload: ['-w', '17'],
  ports: ['--taken', '50%'],
  stress: ['--cpu', '20%', '--memory', '4MB'],
};
/** These do not end by themselves: they wait for `chaos heal`. */
const needsHeal = new Set(['pause', 'overload', 'kill of a host']);
/** What the command is doing when it is killed, as the journal tells it, in this order. */
const stages = ['injecting', 'on', 'observing', 'healing'] as const;
type Stage = (typeof stages)[number];

/** Runs a fault, kills the command in a stage or as soon as that is over, and waits until the network is well. */
async function killIn(net: SmallNetwork, stage: Stage, name: string, args: readonly string[]): Promise<void> {
  const time = ['--for', stage === 'healing' ? '1s' : '60s', '--ttl', '3s', '--seed', '1', '--anyway'];
  const { child, finished } = net.cqkd.start(['chaos', ...args, ...time, '-n', net.network]);
  let ended = false;
  void finished.then(() => {
    ended = true;
  });
  const isThere = () => {
    const found = net
      .journal()
      .some((entry) => stages.indexOf(entry.stage as Stage) >= stages.indexOf(stage));
    return ended || found;
  };
  await until(`${name} is ${stage}`, isThere, 120_000);
  child.kill('SIGKILL');
  await finished;
  if (needsHeal.has(name)) await net.cqkd.json('chaos', 'heal', '-n', net.network);
  await net.isWell();
  expect((await net.cqkd.json('chaos', 'heal', '-n', net.network)).failures).to.deep.equal([]);
  expect(net.journal()).to.deep.equal([]);
}

/** With CQKD_TEST_ALL=1 each fault is killed in each stage; else one of them is, and the others where most can be left. */
const all = process.env.CQKD_TEST_ALL === '1';

const titles = (names: readonly string[], inEach: string) =>
  names.flatMap((name) => {
    const chosen = all || name === inEach ? stages : (['observing'] as const);
    return chosen.map((stage): [string, string, Stage] => [`${name}, ${stage}`, name, stage]);
  });

const onProcesses = titles(Object.keys(faults), 'partition');
const onContainers = titles(['partition', 'kill of a host', 'pause'], 'partition');

async function killOnContainers(net: SmallNetwork, stage: Stage, name: string): Promise<void> {
  const args = name === 'kill of a host' ? ['kill', '--tier', 'super', '--count', '1'] : [name];
  await killIn(net, stage, name, args);
  const label = [`io.cqkd.network=${net.network}`, 'io.cqkd.kind=agent'];
  expect(await new Docker().listContainers({ all: true, filters: { label } })).to.deep.equal([]);
}

describe('a command that is killed with -9', function () {
  this.timeout(900_000);
  let processes: Lanes;
  let containers: Lanes | undefined;
  before(async () => {
    const jobs = onProcesses.map(([title, name, stage]): [string, Jobs[string]] => [
      title,
      (net) => killIn(net, stage, name, [name, ...(faults[name] ?? [])]),
    ]);
    processes = await inLanes(4, Object.fromEntries(jobs));
    if (!(await hasEngine())) return;
    // At the same time: most of it is waiting.
    const others = onContainers.map(([title, name, stage]): [string, Jobs[string]] => [
      title,
      (net) => killOnContainers(net, stage, name),
    ]);
    containers = await inLanes(1, Object.fromEntries(others), {
      prefix: `t${randomBytes(4).toString('hex')}`,
      deploy: ['-w', '15', '--driver', 'docker'],
    });
  });
  after(async () => {
    await processes?.remove();
    await containers?.remove();
  });

  for (const [title] of onProcesses)
    it(`on processes: ${title}: ends by its time or by one chaos heal`, () => processes.result(title));

  for (const [title] of onContainers) {
    it(`on containers: ${title}: ends by its time or by one chaos heal, and leaves no agent`, async function () {
      await requireEngine(this);
      await containers?.result(title);
    });
  }

  it('leaves networks that verify clean', async () => {
    const metrics = ['lookup_recall', 'reachability'].flatMap((metric) => ['--metric', metric]);
    for (const { cqkd, network } of [...processes.networks, ...(containers?.networks ?? [])]) {
      const { code, stdout } = await cqkd.run('verify', '-n', network, ...metrics);
      expect(code, stdout).to.equal(0);
    }
  });
});

async function hasEngine(): Promise<boolean> {
  return new Docker().ping().then(
    () => true,
    () => false,
  );
}
