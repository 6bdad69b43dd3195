import { deploy as deployNetwork, down, EnvironmentError, messageOf, noHooks } from '@cqkd/harness';
import { measurementsOf } from '../method/measurements.js';
import { repeat } from '../method/repeat.js';
import type { Figure, Sample } from '../method/sample.js';
import { secondsSince } from '../method/seconds-since.js';
import { networkName } from '../network/shared-network.js';
import { lower } from './figures.js';
import type { Findings, Suite, SuiteContext } from './suite.js';

const workers = 20;
const repetitions = { min: 2, max: 3 };
/** Of the time: containers take longer. */
const timeShare = { process: 0.3, docker: 0.7 };
const drivers = ['process', 'docker'] as const;
type Driver = (typeof drivers)[number];

/** How many nodes share a process or a container. */
const densities = [
  ['packed', undefined],
  ['single', 1],
] as const;

const hostsOf: Record<Driver, string> = { process: 'processes', docker: 'containers' };

const figuresOf = (driver: Driver): Figure[] =>
  lower(
    null,
    [`${driver}_packed`, `${workers} workers up, in as few ${hostsOf[driver]} as can be`, 'seconds'],
    [`${driver}_single`, `${workers} workers up, in ${workers} ${hostsOf[driver]}`, 'seconds'],
  );

/** Measures how long it takes until a network is up, on everything that hosts run on. */
export const deploy: Suite = {
  id: 'deploy',
  title: 'Deploy',
  about: `Time until ${workers} workers are up: on processes and on containers, packed and one a host.`,
  seconds: 26,
  noise: 0.06,
  run: async (context) => {
    const results = [];
    for (const driver of drivers) results.push(await onDriver(driver, context));
    return together(results);
  },
};

async function onDriver(driver: Driver, context: SuiteContext): Promise<Findings> {
  const figures = figuresOf(driver);
  const nothing = {
    repetitions: 0,
    ended: 'repetitions' as const,
    measurements: [],
    histograms: [],
    curves: [],
  };
  const missing = await reasonAgainst(driver, context);
  if (missing !== undefined) {
    return { ...nothing, notes: [`Nothing was measured on driver ${driver}: ${missing}`], cpuSeconds: null };
  }
  const { samples, ended } = await repeat({
    figures,
    sample: () => bringUpAll(driver, context),
    budgetMs: context.budgetMs * timeShare[driver],
    repetitions,
    signal: context.signal,
  });
  const measurements = measurementsOf('deploy', figures, samples);
  return { ...nothing, repetitions: samples.length, ended, measurements, notes: [], cpuSeconds: null };
}

/** Why nothing can be brought up on it; undefined when it can. */
async function reasonAgainst(driver: Driver, context: SuiteContext): Promise<string | undefined> {
  if (driver === 'docker' && process.env.CQKD_DRIVER?.trim() === 'process') return 'CQKD_DRIVER is process';
  try {
    await deployNetwork({ ...optionsOf(driver, undefined, context), dryRun: true });
    return undefined;
  } catch (error) {
    if (error instanceof EnvironmentError) return messageOf(error);
    throw error;
  }
}

async function bringUpAll(driver: Driver, context: SuiteContext): Promise<Sample> {
  const values: Record<string, number> = {};
  for (const [name, density] of densities) {
    values[`${driver}_${name}`] = await bringUp(driver, density, context);
  }
  return {
    values,
    calibrations: { udp: Number.NaN, codec: Number.NaN },
    histograms: {},
    curves: {},
    cpuSeconds: 0,
  };
}

async function bringUp(driver: Driver, density: number | undefined, context: SuiteContext): Promise<number> {
  const options = optionsOf(driver, density, context);
  const { root, network } = options;
  const startedAt = performance.now();
  let preparedSeconds = 0;
  // An image that has to be built first is not what is measured.
  const onProgress = (tasks: readonly { id: string; state: string }[]) => {
    if (tasks.some(({ id, state }) => id === 'prepare' && state === 'done') && preparedSeconds === 0)
      preparedSeconds = secondsSince(startedAt);
  };
  await deployNetwork({ ...options, onProgress });
  const seconds = secondsSince(startedAt) - preparedSeconds;
  // What is up has to go, even when nobody waits for the figure any more.
  await down({ root, network, force: true, signal: new AbortController().signal });
  return seconds;
}

function optionsOf(
  driver: Driver,
  density: number | undefined,
  { root, seed, node, settings, signal }: SuiteContext,
) {
  return {
    root,
    network: networkName('deploy'),
    workers,
    topology: 'auto' as const,
    driver,
    settings,
    seed,
    // An image is built for a Node.js that differs from the one which runs this.
    ...(node.path !== process.execPath && { nodeBinary: node.path }),
    signal,
    hooks: noHooks,
    ...(density !== undefined && { density }),
  };
}

function together(all: readonly Findings[]): Findings {
  const measured = all.filter(({ repetitions: count }) => count > 0);
  return {
    repetitions: Math.max(0, ...measured.map(({ repetitions: count }) => count)),
    ended: measured.find(({ ended }) => ended !== 'narrow')?.ended ?? 'narrow',
    measurements: all.flatMap(({ measurements }) => measurements),
    histograms: [],
    curves: [],
    notes: all.flatMap(({ notes }) => notes),
    cpuSeconds: null,
  };
}
