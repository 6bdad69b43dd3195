import type { ChaosResult, Sample, SideDuring } from '../../src/experiment/results.js';

const names = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `worker-${String(from + index).padStart(4, '0')}`);

const side = (name: string, recall: number | null, storePercent: number | null): SideDuring => ({
  name,
  nodes: 104,
  share: 0.5,
  samples: 10,
  recall,
  storePercent,
});

/** Looks at two halves every 3 s, between a look before and some at what came after. */
export function samplesOfHalves(): Sample[] {
  const rounds = Array.from({ length: 10 }, (_, index) => 4 + index * 3);
  return [
    { at: 1, phase: 'steady', side: null, recall: 1, storePercent: 100 },
    ...rounds.flatMap((at, index): Sample[] => [
      {
        at,
        phase: 'during',
        side: 'half 1',
        recall: index === 0 ? 0.93 : 1,
        storePercent: index < 2 ? 96.5 : 100,
      },
      {
        at: at + 0.4,
        phase: 'during',
        side: 'half 2',
        recall: 0.99 + (index % 2) * 0.008,
        storePercent: 100,
      },
    ]),
    { at: 35, phase: 'recovery', side: null, recall: 0.91, storePercent: null },
    { at: 37, phase: 'recovery', side: null, recall: 0.975, storePercent: null },
    { at: 39.2, phase: 'recovery', side: null, recall: 0.999, storePercent: 100 },
  ];
}

/** Two halves of 208 nodes, cut for 30 s, that came together again. */
export function resultOfHalves(change: Partial<ChaosResult> = {}): ChaosResult {
  const sides = [
    { name: 'half 1', nodes: ['sb-primary', 'sb-secondary', ...names(1, 102)] },
    { name: 'half 2', nodes: ['rb-east-1', ...names(103, 103)] },
  ];
  return {
    network: 'trial',
    fault: 'partition',
    parameters: { shape: 'halves' },
    seed: 7,
    via: ['kernel'],
    targets: 208,
    victims: { hosts: [], nodes: sides.flatMap(({ nodes }) => nodes) },
    sides,
    deaf: [
      [0, 1],
      [1, 0],
    ],
    steadyState: { state: 'ready', recall: 1, islands: 1, foreign: [] },
    proof: {
      proven: true,
      seconds: 1.2,
      reachability: {
        sides: ['half 1', 'half 2'],
        intended: [
          [true, false],
          [false, true],
        ],
        actual: [
          [1, 0],
          [0, 0.995],
        ],
      },
      figures: [],
    },
    during: {
      seconds: 30,
      sides: [side('half 1', 0.993, 99.3), side('half 2', 0.9998, 100)],
      orphanedWorkers: 0,
      acrossEntries: 12,
      newcomers: [
        { joined: true, discoveryPercent: 99.5, seconds: 0.4 },
        { joined: true, discoveryPercent: 100, seconds: 0.8 },
      ],
    },
    recoverySeconds: 5.2,
    mergedSeconds: 2.1,
    recall: 0.999,
    islands: 1,
    orphans: 0,
    lostKeys: 0,
    missing: [],
    verdict: 'pass',
    reasons: [],
    notes: [],
    timeline: { fault: { from: 3.4, to: 34 }, recoveredAt: 39.2, samples: samplesOfHalves() },
    elapsedSeconds: 42.6,
    ...change,
  };
}

/** What is known before anything is done. */
export function dryRun(change: Partial<ChaosResult> = {}): ChaosResult {
  return resultOfHalves({
    steadyState: null,
    proof: null,
    during: null,
    recoverySeconds: null,
    mergedSeconds: null,
    recall: null,
    islands: null,
    orphans: null,
    lostKeys: null,
    verdict: null,
    timeline: { fault: null, recoveredAt: null, samples: [] },
    ...change,
  });
}
