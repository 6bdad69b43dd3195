import { mkdirSync, readFileSync } from 'node:fs';
import {
  type CoordinatorClient,
  CoordinatorError,
  EnvironmentError,
  InterruptedError,
  networkPaths,
  noHooks,
  type ProgressTask,
  UsageError,
  type Verdict,
} from '@cqkd/harness';
import { expect } from 'chai';
import { type TemporaryFolder, temporaryFolder } from '../../../../src/test/support/temporary.js';
import type { ExperimentOptions } from '../../src/experiment/options.js';
import type { ChaosResult } from '../../src/experiment/results.js';
import type { FaultPlan } from '../../src/faults/fault-plan.js';
import { parseScenario } from '../../src/scenario/load.js';
import { experimentsOf } from '../../src/scenario/results.js';
import { runScenario, type ScenarioOptions, type ScenarioParts } from '../../src/scenario/run.js';
import { stepSeed } from '../../src/scenario/seed.js';
import { renderScenario } from '../../src/scenario/text.js';
import { resultOfHalves } from '../support/chaos-result.js';

const halves = {
  sides: [
    { name: 'half 1', nodes: ['a', 'b'] },
    { name: 'half 2', nodes: ['c'] },
    { name: 'bridge', nodes: ['d'] },
  ],
  deaf: [
    [0, 1],
    [1, 0],
  ],
} as unknown as FaultPlan;

describe('running a scenario', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
    mkdirSync(networkPaths(folder.path, 'trial').folder, { recursive: true });
  });
  afterEach(() => folder.remove());

  /** What was asked of the stand-ins, in its order. */
  const asked: [string, unknown][] = [];
  beforeEach(() => {
    asked.length = 0;
  });

  const client = {
    network: async () => ({
      state: 'ready',
      tiers: { worker: { joined: 50 } },
      bootstrap: { healthy: 3, workers: { orphaned: 0 } },
    }),
    routing: async () => ({ weakComponents: 1, orphans: [] }),
    lookup: async (request: unknown) => {
      asked.push(['lookup', request]);
      return { recall: 0.97 };
    },
    store: async (request: unknown) => {
      asked.push(['store', request]);
      return { successPercent: 100 };
    },
    discovery: async (_: AbortSignal, request: unknown) => {
      asked.push(['discovery', request]);
      return { successPercent: 98 };
    },
  };

  function partsWith(change: object = {}, verdict: Verdict = 'pass'): ScenarioParts {
    return {
      open: async () => ({
        client: { ...client, ...change } as unknown as CoordinatorClient,
        paths: networkPaths(folder.path, 'trial'),
      }),
      experiment: async ({ kind, parameters }, options: ExperimentOptions): Promise<ChaosResult> => {
        asked.push([kind, { parameters, ...options }]);
        const { signal } = options;
        if (!options.dryRun)
          await options.meanwhile?.({ client: client as unknown as CoordinatorClient, plan: halves, signal });
        return resultOfHalves({ verdict: options.dryRun ? null : verdict, reasons: [] });
      },
      scale: async ({ workers }) => {
        asked.push(['scale', workers]);
        return { workers, plan: {} } as never;
      },
      heal: async () => ({ network: 'trial', lifted: [], revived: [], failures: [], dead: null }),
    };
  }

  const tasks: ProgressTask[] = [];
  const run = (steps: string, parts = partsWith(), change: Partial<ScenarioOptions> = {}, head = '') =>
    runScenario(
      parseScenario('trial.yaml', `name: trial\n${head}\nsteps:\n${steps}`),
      {
        root: folder.path,
        network: 'trial',
        signal: new AbortController().signal,
        onProgress: (all) => tasks.splice(0, tasks.length, ...all),
        hooks: noHooks,
        seed: 7,
        dryRun: false,
        anyway: false,
        keepGoing: false,
        ...change,
      },
      parts,
    );
  const optionsOf = (kind: string) => asked.find(([what]) => what === kind)?.[1] as ExperimentOptions;

  it('does one step after the other, under one lock, each fault with a seed of its own', async () => {
    const result = await run(
      '  - wait: 1ms\n  - {fault: kill, for: 5s}\n  - scale: 60\n  - heal: all\n  - join: 2',
    );
    expect(result).to.include({ scenario: 'trial', network: 'trial', seed: 7, verdict: 'pass', skipped: 0 });
    expect(result.steps.map(({ step, verb, line, verdict }) => [step, verb, line, verdict])).to.deep.equal([
      [1, 'wait', 4, 'pass'],
      [2, 'fault', 5, 'pass'],
      [3, 'scale', 6, 'pass'],
      [4, 'heal', 7, 'pass'],
      [5, 'join', 8, 'pass'],
    ]);
    expect(asked.map(([what]) => what)).to.deep.equal(['kill', 'scale', 'discovery', 'discovery']);
    expect(optionsOf('kill')).to.include({
      seed: stepSeed(7, 2),
      forSeconds: 5,
      locked: true,
      anyway: false,
    });
    expect(experimentsOf(result)).to.have.length(1);
    expect(tasks.map(({ title, state }) => [title, state])).to.deep.equal([['5/5 2 newcomers', 'done']]);
    const records = readFileSync(networkPaths(folder.path, 'trial').runs, 'utf8').trim().split('\n');
    expect(JSON.parse(records.at(-1) as string)).to.deep.include({ command: 'chaos run', network: 'trial' });
  });

  it('holds the network from beginning to end, and lets it go', async () => {
    const parts = partsWith();
    const inner = { ...parts, scale: () => run('  - wait: 1ms') as never };
    const { steps } = await run('  - wait: 1ms\n  - scale: 60', inner);
    expect(steps[1]?.reasons[0]).to.contain('(chaos run,');
    expect((await run('  - wait: 1ms')).verdict).to.equal('pass');
  });

  it('does things while a fault is on, and counts what it leaves of the network', async () => {
    const text =
      '  - fault: partition\n    meanwhile:\n      - check: {recall: 0.99}\n      - load: {kind: store, operations: 9}\n      - join: 1';
    const { steps, verdict } = await run(text);
    expect(verdict).to.equal('fail');
    // Long enough for all of it: it must not lift itself meanwhile.
    expect(optionsOf('partition')).to.include({ forSeconds: 30, patienceSeconds: 140 });
    expect(steps[0]?.meanwhile.map((step) => step.verdict)).to.deep.equal(['fail', 'pass', 'pass']);
    expect(steps[0]?.reasons).to.deep.equal(['check recall 0.99: recall 0.97, and not 0.99']);
    expect(asked.find(([what]) => what === 'lookup')?.[1]).to.deep.include({
      by: ['a', 'b'],
      among: ['a', 'b', 'd'],
    });
    expect(asked.find(([what]) => what === 'store')?.[1]).to.deep.include({ count: 9, among: ['a', 'b'] });
    expect(asked.find(([what]) => what === 'discovery')?.[1]).to.deep.equal({ among: ['a', 'b', 'd'] });
  });

  it('holds load against the thresholds of the scenario', async () => {
    expect((await run('  - load: {}')).verdict).to.equal('warn');
    const own = await run('  - load: {}', partsWith(), {}, 'thresholds: {recall: [0.99, 0.98]}');
    expect(own.verdict).to.equal('fail');
  });

  it('ends with the first step that is no success, unless it is to go on', async () => {
    const steps = '  - {fault: kill}\n  - wait: 1ms';
    expect(await run(steps, partsWith({}, 'fail'))).to.deep.include({ verdict: 'fail', skipped: 1 });
    expect(await run(steps, partsWith({}, 'unknown'))).to.deep.include({ verdict: 'unknown', skipped: 1 });
    expect(await run(steps, partsWith({}, 'warn'))).to.deep.include({ verdict: 'warn', skipped: 0 });
    expect(await run(steps, partsWith({}, 'fail'), { keepGoing: true })).to.deep.include({
      verdict: 'fail',
      skipped: 0,
    });
  });

  it('counts a step that can not be done as unknown, and as an error when it is the first', async () => {
    const parts: ScenarioParts = {
      ...partsWith(),
      experiment: async () => Promise.reject(new UsageError('nobody is meant')),
    };
    const { steps, verdict } = await run('  - wait: 1ms\n  - {fault: kill}', parts);
    expect(verdict).to.equal('unknown');
    expect(steps[1]?.reasons).to.deep.equal(['nobody is meant']);
    const first = await run('  - {fault: kill}', parts).catch((error: unknown) => error);
    expect(first).to.be.instanceOf(UsageError);
  });

  it('waits until something holds, and not longer than it may', async () => {
    let looks = 0;
    const routing = async () => {
      if (looks++ === 0) throw new CoordinatorError('busy', 503);
      return { weakComponents: looks > 2 ? 1 : 2, orphans: [] };
    };
    const until = '  - {until: {islands: 1}, within: 20s}';
    expect((await run(until, partsWith({ routing }))).verdict).to.equal('pass');
    const late = await run(
      '  - {until: {islands: 1}, within: 1ms}',
      partsWith({ routing: async () => ({ weakComponents: 2, orphans: [] }) }),
    );
    expect(late.verdict).to.equal('fail');
    expect(late.steps[0]?.reasons).to.deep.equal(['islands 2, and not 1']);
  });

  it('tells newcomers that stay outside', async () => {
    const discovery = async () => Promise.reject(new CoordinatorError('A fresh node could not join', 503));
    const { verdict, steps } = await run('  - join: 2', partsWith({ discovery }));
    expect(verdict).to.equal('fail');
    expect(steps[0]?.reasons).to.deep.equal(['2 of 2 newcomers did not find their way in']);
  });

  it('grows a network only when it is too small', async () => {
    await run('  - scale: {atLeast: 50}');
    expect(asked).to.deep.equal([]);
    await run('  - scale: {atLeast: 51}');
    expect(asked).to.deep.equal([['scale', 51]]);
  });

  it('does nothing with a dry run but tell who would be hit', async () => {
    const result = await run(
      '  - wait: 1h\n  - scale: 90\n  - {fault: partition, meanwhile: [{join: 1}]}',
      partsWith(),
      { dryRun: true },
    );
    expect(result.verdict).to.equal(null);
    expect(asked.map(([what]) => what)).to.deep.equal(['partition']);
    expect(renderScenario(result)).to.contain('nothing done').and.contain('half 1');
  });

  it('refuses a network that it is not for, unless told', async () => {
    const small = await run('  - wait: 1ms', partsWith(), {}, 'workers: {min: 51}').catch(
      (error: unknown) => error,
    );
    expect(small).to.be.instanceOf(EnvironmentError);
    expect(String(small)).to.contain('needs at least 51 workers, and trial has 50');
    expect(
      (await run('  - wait: 1ms', partsWith(), { anyway: true }, 'workers: {max: 49}')).verdict,
    ).to.equal('pass');
  });

  it('ends at once when it is interrupted', async () => {
    const controller = new AbortController();
    const running = run('  - wait: 1ms\n  - wait: 1h', partsWith(), {
      signal: controller.signal,
      onProgress: (all) =>
        all.some(({ title }) => title.startsWith('2/2')) && controller.abort(new InterruptedError('SIGINT')),
    }).catch((error: unknown) => error);
    expect(await running).to.be.instanceOf(InterruptedError);
  });

  it('tells people how each step ended', async () => {
    const text = renderScenario(await run('  - wait: 1ms\n  - check: {workers: 51}\n  - join: 1'));
    expect(text).to.contain('✔ 1').and.contain('✖ 2').and.contain('workers 50, and not 51');
    expect(text).to.contain('not done: 1 more').and.contain('not survived');
  });
});
