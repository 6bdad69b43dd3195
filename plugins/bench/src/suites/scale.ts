import { inFreshProcess } from '../method/fresh-process.js';
import { measurementsOf } from '../method/measurements.js';
import { repeat } from '../method/repeat.js';
import type { Figure, Sample } from '../method/sample.js';
import { type Cost, fitCost } from './cost-fit.js';
import { directionsOf, lower, told } from './figures.js';
import { costCurves, costNotes } from './scale-view.js';
import type { Findings, Suite, SuiteContext } from './suite.js';

/** Networks that the cost is measured in, and the ones that it is predicted for. */
const sizes = [15, 60, 250] as const;
const proof = 1000;
const far = 10_000;
/** Contacts in an answer: fixed, since a K that follows the size would be another algorithm in each. */
const k = 20;
const repetitions = { min: 3, max: 4 };
/** How long a network is measured when it is there. Milliseconds. */
const mostSliceMs = 1200;
/** Of the budget, for one network of one repetition. */
const sliceShare = 1 / 20;
/** Times that the largest network is measured. */
const proofs = 2;

const figuresOf = (nodes: number): Figure[] => [
  ...lower('udp', [`cpu_${nodes}`, `CPU time of a lookup, ${nodes} nodes`, 'us']),
  ...told(
    [`throughput_${nodes}`, `Lookups, ${nodes} nodes`, 'per_second'],
    [`requests_${nodes}`, `Requests a lookup, ${nodes} nodes`, 'count'],
    [`hops_${nodes}`, `Hops, ${nodes} nodes`, 'count'],
  ),
];

/** Answers how the cost of a lookup grows with the network, and says what that means for a larger one. */
export const scale: Suite = {
  id: 'scale',
  title: 'Scale',
  about: `Cost of a lookup with ${sizes.join(', ')} nodes, K held at ${k}; what that predicts for ${proof} and ${far}.`,
  seconds: 28,
  noise: 0.05,
  run: runScale,
};

async function runScale(context: SuiteContext): Promise<Findings> {
  const { budgetMs, signal, alone, workers } = context;
  const figures = sizes.flatMap(figuresOf);
  const { samples, ended } = await repeat({
    figures,
    sample: () => measureSizes(sizes, context),
    budgetMs,
    repetitions,
    signal,
  });
  const proven = alone || workers >= proof;
  const proofSamples: Sample[] = [];
  while (proven && proofSamples.length < proofs) proofSamples.push(await measureSizes([proof], context));

  const costs = sizes.map((nodes) => costOf(samples, nodes));
  const predict = fitCost(costs, k);
  const [near, distant] = [predict(proof), predict(far)];
  const measured = proven ? costOf(proofSamples, proof) : null;
  const predictions = predictionSample(near, distant, measured);
  return {
    repetitions: samples.length,
    ended,
    measurements: [
      ...measurementsOf('scale', figures, samples),
      ...measurementsOf('scale', figuresOf(proof), proofSamples),
      ...measurementsOf('scale', predictionFigures, [predictions]),
    ],
    histograms: [],
    curves: costCurves(measured ? [...costs, measured] : costs, [
      ...costs.map(({ nodes }) => predict(nodes)),
      near,
      distant,
    ]),
    notes: costNotes({ near, distant, measured, cores: context.cores }),
    cpuSeconds: [...samples, ...proofSamples].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}

/** A process for each of the sizes, one after the other; the first one's calibration stands for all. */
async function measureSizes(
  all: readonly number[],
  { seed, parameters: given, node, budgetMs, signal }: SuiteContext,
): Promise<Sample> {
  const directions = directionsOf(lower('udp', ['cpu', '', 'us']));
  const sliceMs = Math.min(mostSliceMs, budgetMs * sliceShare);
  const samples: Sample[] = [];
  const values: Record<string, number> = {};
  for (const nodes of all) {
    const parameters = { nodes, seed, parameters: { ...given, k } };
    const job = { work: 'lookup', parameters, sliceMs, directions } as const;
    const sample = await inFreshProcess(job, node.path, signal);
    samples.push(sample);
    const { cpu, throughput_16, requests, hops } = sample.values;
    Object.assign(values, {
      [`cpu_${nodes}`]: cpu,
      [`throughput_${nodes}`]: throughput_16,
      [`requests_${nodes}`]: requests,
      [`hops_${nodes}`]: hops,
    });
  }
  const mean = (value: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + value(sample), 0) / samples.length;
  return {
    values,
    calibrations: {
      udp: mean((each) => each.calibrations.udp),
      codec: mean((each) => each.calibrations.codec),
    },
    histograms: {},
    curves: {},
    cpuSeconds: samples.reduce((sum, each) => sum + each.cpuSeconds, 0),
  };
}

function costOf(samples: readonly Sample[], nodes: number): Cost {
  const mean = (id: string) =>
    samples.reduce((sum, { values }) => sum + (values[`${id}_${nodes}`] ?? Number.NaN), 0) / samples.length;
  return {
    nodes,
    requests: mean('requests'),
    cpuUs: mean('cpu'),
    throughput: mean('throughput'),
    hops: mean('hops'),
  };
}

const predictionFigures: Figure[] = told(
  ['predicted_cpu_1000', 'CPU time of a lookup, 1000 nodes, predicted', 'us'],
  ['predicted_cpu_10000', 'CPU time of a lookup, 10,000 nodes, predicted', 'us'],
  ['predicted_throughput_1000', 'Lookups, 1000 nodes, predicted', 'per_second'],
  ['predicted_throughput_10000', 'Lookups, 10,000 nodes, predicted', 'per_second'],
  ['predicted_hops_10000', 'Hops, 10,000 nodes, predicted', 'count'],
  ['error_1000', 'Prediction of the CPU time for 1000 nodes against the measured one', 'percent'],
);

function predictionSample(near: Cost, distant: Cost, measured: Cost | null): Sample {
  return {
    values: {
      predicted_cpu_1000: near.cpuUs,
      predicted_cpu_10000: distant.cpuUs,
      predicted_throughput_1000: near.throughput,
      predicted_throughput_10000: distant.throughput,
      predicted_hops_10000: distant.hops,
      ...(measured && { error_1000: 100 * (near.cpuUs / measured.cpuUs - 1) }),
    },
    calibrations: { udp: Number.NaN, codec: Number.NaN },
    histograms: {},
    curves: {},
    cpuSeconds: 0,
  };
}
