import { expect } from 'chai';
import { until } from '../../../../src/test/support/until.js';
import type { Via } from '../../src/actions/action.js';
import { inLanes, type Jobs, type Lanes } from '../support/lanes.js';
import { type SmallNetwork, smallNetwork } from '../support/small-network.js';

const { signal } = new AbortController();

/** Every fault but the cut, from the command line to the recovery. */
const faults: [string, Via[]][] = [
  ['kill --tier super --count 1', ['crash']],
  ['kill --tier worker --share 20%', ['node']],
  ['isolate', ['node']],
  // A node of a shared host can't be frozen by the system.
  ['pause --tier worker --count 1', ['node']],
  ['degrade --loss 20% --latency 20ms --duplication 10%', ['node']],
  ['churn --up 6s --down 2s --distribution fixed --share 50%', ['node']],
  ['overload -w 18', ['scale']],
  ['overload --operations 200', ['load']],
  ['ports --taken 50%', ['node']],
  ['stress --cpu 30% --memory 8MB', ['node']],
  // Until the coordinator has missed it, a frozen host keeps every measurement waiting.
  ['pause --tier super --count 1 --for 14s', ['pause']],
];

async function prove(net: SmallNetwork, args: string, via: Via[]): Promise<void> {
  const time = args.includes('--for') ? [] : ['--for', '4s'];
  const result = await net.result(...args.split(' '), ...time, '--seed', '3');
  expect(result.via, JSON.stringify(result)).to.deep.equal(via);
  expect(result.proof, JSON.stringify(result.proof)).to.include({ proven: true });
  expect(result).to.deep.include({ islands: 1, orphans: 0, lostKeys: 0, missing: [] });
  expect(result.verdict).not.to.equal('unknown');
  expect(net.journal()).to.deep.equal([]);
  await net.isWell();
}

async function keep(net: SmallNetwork): Promise<void> {
  const args = 'kill --tier worker --count 2 --keep --for 3s --seed 3'.split(' ');
  expect(await net.result(...args)).to.deep.include({ islands: 1, orphans: 0, lostKeys: 0, missing: [] });
  expect(net.journal().map(({ stage }) => stage)).to.deep.equal(['kept']);
  expect((await net.client.network(signal)).tiers.worker?.joined).to.equal(13);
  const { lifted } = await net.cqkd.json('chaos', 'heal', '-n', net.network);
  expect(lifted).to.have.length(1);
  await net.isWell();
}

async function loseHost(net: SmallNetwork): Promise<void> {
  const args = ['chaos', 'degrade', '--loss', '5%', '--for', '8s', '--json', '-n', net.network];
  const { finished } = net.cqkd.start(args);
  await until('the fault', async () => (await net.client.faults(signal)).length === 1);
  const victim = net.cqkd.processes(net.network).find(({ unit }) => unit === 'super-secondary');
  process.kill(victim?.pid as number, 'SIGKILL');
  const { code, stdout } = await finished;
  const { missing, reasons } = JSON.parse(stdout) as { missing: string[]; reasons: string[] };
  expect([code, missing.length > 0]).to.deep.equal([3, true]);
  expect(reasons.join('\n')).to.match(/nodes are not back: sb-secondary/);
  await net.cqkd.json('scale', '-n', net.network, '-w', '15');
  await net.isWell();
}

describe('faults of a small network', function () {
  this.timeout(600_000);
  let lanes: Lanes;
  const jobs: Jobs = {
    ...Object.fromEntries(
      faults.map(([args, via]) => [
        `${args}: is proven, and gone afterwards`,
        (net) => prove(net, args, via),
      ]),
    ),
    'kill --keep: they stay dead until somebody heals': keep,
    'a host that dies in the middle of a fault is missed': loseHost,
  };
  before(async () => {
    lanes = await inLanes(3, jobs);
  });
  after(() => lanes?.remove());

  for (const title of Object.keys(jobs)) it(title, () => lanes.result(title));

  it('a network that is taken down in the middle of a fault stays down', async () => {
    const other = await smallNetwork('other');
    try {
      const args = ['chaos', 'kill', '--tier', 'super', '--count', '1', '--for', '60s', '-n', 'other'];
      const { finished } = other.cqkd.start(args);
      await until('the fault', () => other.journal().some(({ stage }) => stage === 'on'));
      expect((await other.cqkd.run('down', '--force', '-n', 'other')).code).to.equal(0);
      const { code, stderr } = await finished;
      expect([code, stderr]).to.match(/^4,error: The coordinator at .* does not answer/);
      expect(other.cqkd.processes('other')).to.deep.equal([]);
    } finally {
      await other.remove();
    }
  });

  const first = () => lanes.networks[0] as SmallNetwork;
  const wrong: [string[], number, RegExp][] = [
    [['partition', '--shape', 'circle'], 2, /--shape=circle .*halves, majority/],
    [['partition', '--for', 'soon'], 2, /A duration is a number .*got "soon"/],
    [['partition', '--for', '2h'], 2, /--for takes 1h at most, got 7200 s/],
    [
      ['partition', '--via', 'kernel'],
      2,
      /--via kernel is not possible here: the driver process has no filter/,
    ],
    [['kill', '--tier', 'local'], 2, /Nobody of 19 nodes is meant by tier local/],
    [['kill', '--share', '100%'], 2, /The selection is all 19 nodes/],
    [['kill', '--share', '0'], 2, /A share is more than 0 and at most 100%, .*got 0/],
    [['kill', '--count', '1', '--share', '5%'], 2, /--count.*--share|--share.*--count/],
    [['kill', '--node', 'worker-99'], 2, /There is no node worker-99/],
    [['degrade'], 2, /degrade takes at least one of latencyMs/],
    [['overload', '-w', '3'], 2, /has 15 workers already/],
    [['stress'], 2, /stress takes cpu, memory, or both/],
    [['stress', '--memory', 'much'], 2, /A size is a number .*got "much"/],
    [['stress', '--cpu', '99%'], 2, /stress: cpu is out of range/],
    [['kill', '--report', 'report.doc'], 2, /report\.doc/],
    [['kill', '--thresholds', '/nowhere.yaml'], 4, /Can't read the thresholds \/nowhere\.yaml/],
    [['partition', '-n', 'nobody'], 4, /There is no network nobody/],
    [['heal', '-n', 'nobody'], 4, /There is no network nobody/],
  ];
  for (const [args, code, message] of wrong) {
    it(`${args.join(' ')}: ${code}`, async () => {
      const result = await first().cqkd.run(
        'chaos',
        ...(args.includes('-n') ? args : [...args, '-n', 'lane-0']),
      );
      expect(result.stderr.trim()).to.match(message);
      expect(result.stderr.trim().split('\n').length, result.stderr).to.equal(1);
      expect(result.code).to.equal(code);
    });
  }
});
