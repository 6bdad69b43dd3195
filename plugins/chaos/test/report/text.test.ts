import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import type { ChaosResult } from '../../src/experiment/results.js';
import { renderChaos, renderHealed } from '../../src/report/text.js';
import { dryRun, resultOfHalves } from '../support/chaos-result.js';

const textOf = (result: ChaosResult) => stripVTControlCharacters(renderChaos(result));
const workers = Array.from({ length: 300 }, (_, index) => `worker-${String(index + 1).padStart(4, '0')}`);

describe('text of an experiment', () => {
  it('tells who was hit, that it was on, what each side did, and how it ended', () => {
    const text = textOf(resultOfHalves());
    expect(text).to.match(/^partition of trial \(shape halves\), by the kernel\n/);
    expect(text).to.match(/half 1 +104 +50\.0 % +0\.993 +99\.3 %/);
    expect(text).to.match(/hit +208 nodes \(2 super, 1 regional, 205 worker\)/);
    expect(text).to.match(/proof +on between all sides as intended, seen within 1\.2 s/);
    expect(text).to.match(/newcomers +2 of 2 joined, in 0\.8 s at most, found 99\.5 %/);
    expect(text).to.match(/across +12 entries of routing tables/);
    expect(text).to.match(/recovery +5\.2 s, recall 0\.999\n +merged +2\.1 s\n +islands +1\n/);
    expect(text).to.match(/✔ survived and recovered$/);
  });

  it('names the first pair of sides where the cut was not as intended', () => {
    const { proof } = resultOfHalves();
    const reachability = { ...proof!.reachability!, actual: [[1, 0.12] as number[], [0, 1]] };
    const text = textOf(
      resultOfHalves({ verdict: 'unknown', proof: { ...proof!, proven: false, reachability } }),
    );
    expect(text.replace(/\s+/g, ' ')).to.contain(
      'half 2 answered 12.0 % of the pings of half 1, and should not',
    );
    expect(text).to.match(/\? nothing is known/);
  });

  it('tells figures with their units, and what was meant of those that are off', () => {
    const figures = [
      { name: 'lossShare', intended: [0.12, 0.18], actual: 0.151 },
      { name: 'heldBytes', intended: [1e6, Number.POSITIVE_INFINITY], actual: 3.2e6 },
    ] satisfies NonNullable<ChaosResult['proof']>['figures'];
    const proof = { proven: true, seconds: 3, reachability: null, figures };
    expect(textOf(resultOfHalves({ proof }))).to.contain('datagrams lost 15.1 %, memory held 3.2 MB');
    const late = [
      ...figures,
      { name: 'delayMs' as const, intended: [100, 140] as [number, number], actual: 31.4 },
    ];
    expect(textOf(resultOfHalves({ proof: { ...proof, proven: false, figures: late } }))).to.contain(
      'delay of a datagram 31.4 ms, intended 100 ms to 140 ms',
    );
  });

  it('gives the reasons of a failure, and what was never seen', () => {
    const text = textOf(
      resultOfHalves({
        verdict: 'fail',
        reasons: ['2 values are lost'],
        notes: ['no nft here'],
        recoverySeconds: null,
        mergedSeconds: null,
        lostKeys: 2,
        missing: workers,
      }),
    );
    expect(text).to.match(/✖ not survived\n +2 values are lost$/);
    expect(text).to.contain('· no nft here');
    expect(text).to.match(/recovery +not in the time it had/);
    expect(text.replace(/\s+/g, ' ')).to.contain('worker-0006 and 294 more');
  });

  it('says of a dry run who would be hit, and that nothing was done', () => {
    const split = textOf(dryRun());
    expect(split).to.match(/^partition of trial \(shape halves\): nothing done\n/);
    expect(split).to.match(/half 1 +104 +half 2\n/);
    const hosts = ['host-1', 'host-2'];
    const kill = textOf(
      dryRun({
        fault: 'kill',
        via: ['crash'],
        sides: [],
        victims: { hosts, nodes: ['bootstrap-primary'] },
        targets: 1,
      }),
    );
    expect(kill).to.match(/would hit +1 node \(1 super\), on 2 hosts as a whole\n +hosts +host-1, host-2\n/);
    expect(kill).to.match(/by +killing hosts/);
  });

  it('fits 80 columns', () => {
    const long = {
      reasons: [
        'recall of half 1 was 0.871, and has to be at least 0.95 to be counted as survived at all, see docs',
      ],
      notes: [
        'the kernel can not be used: there is no nft on this machine, so the nodes themselves did what was asked',
      ],
      missing: workers,
      victims: { hosts: workers, nodes: workers },
      parameters: {
        loss: '15 %',
        latency: '120 ms',
        jitter: '30 ms',
        reorder: '12 %',
        tier: 'worker',
        count: 20,
      },
    };
    for (const result of [resultOfHalves(long), dryRun(long)])
      for (const line of textOf(result).split('\n')) expect(line.length, line).to.be.at.most(80);
  });

  it('says what a healing undid, and what it could not', () => {
    const lifted = ['partition-1'];
    const healed = { network: 'trial', lifted, revived: ['host-1', 'host-2'], failures: [], dead: null };
    expect(renderHealed(healed)).to.equal('✔ trial: lifted partition-1, revived host-1, host-2');
    expect(renderHealed({ ...healed, lifted: [], revived: [] })).to.equal('✔ trial: nothing was on');
    expect(renderHealed({ ...healed, failures: ['host-3 is away'] })).to.match(
      /^! trial: .*\n +host-3 is away$/,
    );
    const dead = { hosts: ['shared-1', 'shared-2'], remedy: 'cqkd scale -w 50 -n trial' };
    expect(renderHealed({ ...healed, lifted: [], revived: [], dead }).replace(/\s+/g, ' ')).to.equal(
      '! trial: nothing was on dead, by no fault that is known: shared-1, shared-2; next cqkd scale -w 50 -n trial',
    );
  });
});
