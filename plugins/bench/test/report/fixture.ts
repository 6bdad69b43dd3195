import type {
  BenchResult,
  ComparedMeasurement,
  Comparison,
  Curve,
  LatencyHistogram,
  Measurement,
  SuiteResult,
} from '../../src/measurement.js';

/** A benchmark with every shape that there is: figures of all units, curves, a suite that did not run. */
export function benchFixture(changes: Partial<BenchResult> = {}): BenchResult {
  return {
    version: 1,
    at: '2026-12-01T10:20:30.000Z',
    seed: 1,
    workers: 200,
    seconds: 247.3,
    machine: {
      ...{ kind: '2 cores, linux x64', cores: 2, memoryBytes: 6.1e9, platform: 'linux' },
      ...{ openFiles: 1_048_576, processes: 30_000, neighbours: 1024 },
      ...{ nodeVersion: '24.1.0', udpMicroseconds: 25 },
    },
    suites: [codec(), lookup(), join(), store(), memory(), faults(), scale(), deploy()],
    comparison: null,
    ...changes,
  };
}

/** Held against an earlier run: something is better, something worse, and of something it can't be told. */
export function comparisonFixture(changes: Partial<Comparison> = {}): Comparison {
  return {
    file: 'baseline.json',
    at: '2026-11-30T09:00:00.000Z',
    sameMachine: true,
    limitPercent: 10,
    verdict: 'fail',
    measurements: [
      compared('codec.encode', 1.28, 1.62, [1.21, 1.33], 'worse'),
      compared('codec.decode', 2.31, 2.29, [0.97, 1.02], 'same'),
      compared('lookup.throughput_1', 610, 1190, [1.82, 2.07], 'better'),
      compared('lookup.throughput_16', 2100, 1680, [0.76, 0.84], 'worse'),
      compared('lookup.recall', 0.9998, 0.9998, [0.9997, 1.0002], 'same'),
      compared('join.seconds', 1.91, 2.04, [0.82, 1.36], "can't tell"),
      compared('store.write_p95', 8.2, 7.9, null, "can't tell"),
      compared('memory.node', 52_300, 51_900, [0.985, 1.001], 'same'),
    ],
    ...changes,
  };
}

export function measurement(
  id: string,
  title: string,
  unit: Measurement['unit'],
  mean: number,
  changes: Partial<Measurement> = {},
): Measurement {
  const values = [0.97, 1.01, 1.02, 0.99, 1.01].map((factor) => mean * factor);
  return {
    ...{ id, title, unit, better: 'lower', calibration: null, values, calibrations: [], mean },
    interval: [mean * 0.97, mean * 1.03],
    ...changes,
  };
}

/** Of so many values, the slowest some times as slow as the median. */
export function histogram(
  id: string,
  title: string,
  unit: 'ms' | 'us',
  median: number,
  count = 20_000,
): LatencyHistogram {
  const told = [0, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];
  const percentiles = told.map((percentile): [number, number] => {
    const decades = percentile === 100 ? Math.log10(count) : Math.log10(100 / (100 - percentile));
    return [percentile, median * (0.6 + 0.4 * decades ** 1.7 + 0.25 * decades)];
  });
  const [min, max] = [percentiles[0]?.[1] ?? 0, percentiles.at(-1)?.[1] ?? 0];
  return { id, title, unit, count, min, mean: median * 1.2, max, percentiles, encoded: 'HISTFAAAAA==' };
}

export function suite(id: string, title: string, changes: Partial<SuiteResult> = {}): SuiteResult {
  return {
    ...{ id, title, seconds: 18.4, repetitions: 5, ended: 'narrow', saturated: false },
    ...{ unit: null, values: [], p50: null, p95: null },
    ...{ measurements: [], histograms: [], curves: [], notes: [] },
    ...changes,
  };
}

function compared(
  id: string,
  before: number,
  after: number,
  interval: [number, number] | null,
  verdict: ComparedMeasurement['verdict'],
): ComparedMeasurement {
  return { id, before, after, ratio: after / before, interval, verdict };
}

function codec(): SuiteResult {
  return suite('codec', 'Codec', {
    measurements: [
      measurement('codec.encode', 'encode', 'us', 1.62, {
        calibration: 'codec',
        calibrations: [1, 1, 1, 1, 1],
      }),
      measurement('codec.decode', 'decode', 'us', 2.29, {
        calibration: 'codec',
        calibrations: [1, 1, 1, 1, 1],
      }),
    ],
    notes: ['A find_node answer with 20 contacts: 612 bytes.'],
  });
}

function lookup(): SuiteResult {
  return suite('lookup', 'Lookups', {
    ended: 'time',
    saturated: true,
    measurements: [
      measurement('lookup.throughput_1', 'lookups per second, 1 at once', 'per_second', 1190, {
        better: 'higher',
      }),
      measurement('lookup.throughput_16', 'lookups per second, 16 at once', 'per_second', 1680, {
        better: 'higher',
      }),
      measurement('lookup.hops', 'hops', 'count', 2.14, { better: null }),
      measurement('lookup.recall', 'recall at 20', 'ratio', 0.9998, {
        better: 'higher',
        interval: [0.9997, 0.9999],
      }),
    ],
    histograms: [
      histogram('lookup.latency_1', '1 at once', 'ms', 0.81),
      histogram('lookup.latency_4', '4 at once', 'ms', 2.3),
      histogram('lookup.latency_16', '16 at once', 'ms', 9.4, 32_000),
      histogram('lookup.latency_64', '64 at once', 'ms', 38, 12_000),
    ],
  });
}

function join(): SuiteResult {
  const points = Array.from({ length: 40 }, (_, index): [number, number] => {
    const at = (index + 1) * 0.05;
    return [at, Math.round(204 / (1 + Math.exp(-6 * (at - 0.9))))];
  });
  const curve: Curve = {
    id: 'join.curve',
    title: 'Nodes that have joined against time',
    x: { title: 'seconds since the first host started', unit: 'seconds', scale: 'linear' },
    y: { title: 'nodes joined', unit: 'count' },
    lines: [{ name: 'joined', kind: 'measured', points }],
  };
  return suite('join', 'Joining', {
    measurements: [measurement('join.seconds', 'until all have joined', 'seconds', 2.04)],
    curves: [curve],
  });
}

function store(): SuiteResult {
  return suite('store', 'Store', {
    ended: 'repetitions',
    measurements: [
      measurement('store.write_p95', 'write, p95', 'ms', 7.9, { values: [7.9], interval: null }),
    ],
    histograms: [
      histogram('store.write', 'write', 'ms', 5.1, 900),
      histogram('store.read', 'read', 'us', 480, 900),
    ],
  });
}

function memory(): SuiteResult {
  return suite('memory', 'Memory', {
    measurements: [measurement('memory.node', 'of one node', 'bytes', 51_900)],
  });
}

function faults(): SuiteResult {
  const points = [0, 10, 20, 30, 40, 50, 60].map((x): [number, number] => [x, 100 - (x / 60) ** 4 * 38]);
  return suite('faults', 'Faults', {
    measurements: [
      measurement('faults.success_20', 'values read back, 20 % killed', 'percent', 99.5, {
        better: 'higher',
      }),
    ],
    curves: [
      {
        id: 'faults.success',
        title: 'Values read back against the share of nodes killed',
        x: { title: 'nodes killed', unit: 'percent', scale: 'linear' },
        y: { title: 'read back', unit: 'percent' },
        lines: [{ name: 'read back', kind: 'measured', points }],
      },
    ],
  });
}

function scale(): SuiteResult {
  const cost = (nodes: number) => 0.31 * Math.log2(nodes) - 0.2;
  const sizes = [15, 60, 250, 1000];
  return suite('scale', 'Scale', {
    measurements: [measurement('scale.messages_1000', 'messages a lookup, 1000 nodes', 'count', 2.9)],
    curves: [
      {
        id: 'scale.lookup',
        title: 'What a lookup takes against the number of nodes',
        x: { title: 'nodes', unit: 'count', scale: 'log' },
        y: { title: 'lookup, p50', unit: 'ms' },
        lines: [
          {
            name: 'lookup',
            kind: 'measured',
            points: sizes.map((nodes, at) => [nodes, cost(nodes) * (at % 2 ? 1.04 : 0.97)]),
          },
          {
            name: 'lookup, predicted',
            kind: 'predicted',
            points: [...sizes, 10_000].map((nodes) => [nodes, cost(nodes)]),
          },
        ],
      },
    ],
    notes: ['At 10,000 nodes a lookup takes 3.92 ms by this fit: the target of 10 ms holds.'],
  });
}

function deploy(): SuiteResult {
  return suite('deploy', 'Deploy', {
    ...{ seconds: 0, repetitions: 0 },
    skipped: 'no Docker engine answers: start one, or leave the suite out',
  });
}
