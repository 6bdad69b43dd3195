import { expect } from 'chai';
import { createSandbox, type Sandbox } from '../../../../src/test/support/sandbox.js';
import type { BenchUnit, SuiteResult } from '../../src/measurement.js';
import { SharedNetwork } from '../../src/network/shared-network.js';
import { chooseSuites } from '../../src/suites/choose.js';
import { suites } from '../../src/suites/index.js';
import { runSuite } from '../../src/suites/run-suite.js';
import type { SuiteContext } from '../../src/suites/suite.js';
import { works } from '../../src/work/index.js';

const workers = 15;
/** What figures of a unit can be at all. */
const ranges: Partial<Record<BenchUnit, [number, number]>> = { percent: [0, 100], ratio: [0, 100] };
/** Shares that a small network on one machine reaches in full. */
const full: Record<string, number> = {
  'ports.success': 100,
  'lookup.recall_16': 1,
  'store.success': 100,
  'faults.success_20': 100,
  'deployed.recall': 1,
  'discovery.success': 100,
  'health.healthy': 100,
  'refresh.recall': 1,
};

describe('suites', function () {
  // On a busy machine a process that starts and warms up takes many times as long.
  this.timeout(300_000);
  let sandbox: Sandbox;
  let network: SharedNetwork;
  const results = new Map<string, SuiteResult>();
  const { signal } = new AbortController();
  const environment = { ...process.env };

  const contextOf = (root: string, shared: SharedNetwork): SuiteContext => ({
    workers,
    seed: 1,
    settings: {},
    parameters: {},
    budgetMs: 800,
    root,
    cores: 2,
    node: { path: process.execPath, version: process.versions.node },
    alone: false,
    network: shared,
    signal,
  });

  before(async () => {
    sandbox = await createSandbox();
    Object.assign(process.env, sandbox.environment);
    network = new SharedNetwork({
      root: sandbox.root,
      workers,
      seed: 1,
      node: process.execPath,
      settings: {},
      signal,
    });
  });
  after(async () => {
    await network.close();
    await sandbox.remove();
    for (const name of Object.keys(sandbox.environment)) {
      if (environment[name] === undefined) delete process.env[name];
      else process.env[name] = environment[name];
    }
  });

  for (const suite of suites) {
    it(`measures ${suite.id}`, async () => {
      const result = await runSuite(suite, contextOf(sandbox.root, network));
      results.set(suite.id, result);
      expect(result.skipped).to.equal(undefined);
      expect(result.repetitions).to.be.at.least(1);
      expect(result.measurements).to.not.deep.equal([]);
      for (const { id, unit, values, mean, calibration, calibrations } of result.measurements) {
        const [low, high] = ranges[unit] ?? [0, Number.MAX_VALUE];
        expect(id.startsWith(`${suite.id}.`), id).to.equal(true);
        expect(mean, id).to.be.within(low, high);
        expect(calibrations.length, id).to.equal(calibration ? values.length : 0);
        expect(
          calibrations.every((each) => each > 0),
          id,
        ).to.equal(true);
        if (full[id] !== undefined) expect(mean, id).to.equal(full[id]);
      }
      const [head] = result.measurements;
      expect(result).to.include({ unit: head?.unit, values: head?.values });
      expect(result.p50).to.be.at.most(result.p95 as number);
      for (const { id, count, percentiles } of result.histograms) {
        expect(count, id).to.be.greaterThan(0);
        expect(percentiles, id).to.deep.equal([...percentiles].sort((a, b) => a[1] - b[1] || a[0] - b[0]));
      }
    });
  }

  it('has no two figures of one name', () => {
    const ids = [...results.values()].flatMap(({ measurements }) => measurements.map(({ id }) => id));
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('draws the join from the first node to the last', () => {
    const [curve] = results.get('join')?.curves ?? [];
    const points = curve?.lines[0]?.points ?? [];
    expect(points[0]).to.deep.equal([0, 1]);
    expect(points.at(-1)?.[1]).to.equal(workers);
  });

  it('says what it predicts for networks that it has not measured', () => {
    const scale = results.get('scale');
    expect(scale?.curves[0]?.lines[1]?.points.map(([nodes]) => nodes)).to.deep.equal([
      15, 60, 250, 1000, 10_000,
    ]);
    expect(scale?.notes.join()).to.contain('With 10,000 nodes');
  });

  it('loads the gateway without a single error', () => {
    const http = results.get('http');
    const errors = http?.measurements.find(({ id }) => id === 'http.errors');
    expect(errors?.values.every((value) => value === 0)).to.equal(true);
    expect(http?.histograms.map(({ id }) => id)).to.deep.equal(['http.write', 'http.read']);
  });

  it('tells why a driver was not measured', () => {
    expect(results.get('deploy')?.notes).to.deep.equal([
      'Nothing was measured on driver docker: CQKD_DRIVER is process',
    ]);
  });

  it('leaves nothing running', async () => {
    await network.close();
    expect(sandbox.processes(`bench-${process.pid}`)).to.deep.equal([]);
    expect(sandbox.processes(`bench-${process.pid}-deploy`)).to.deep.equal([]);
  });

  it('skips a suite that can not be measured here, with the reason', async () => {
    const [suite] = chooseSuites(['health']);
    const nowhere = '/proc/nowhere';
    const gone = new SharedNetwork({
      root: nowhere,
      workers,
      seed: 1,
      node: process.execPath,
      settings: {},
      signal,
    });
    const { skipped, measurements } = await runSuite(
      suite as (typeof suites)[number],
      contextOf(nowhere, gone),
    );
    expect(skipped).to.contain("Can't write /proc/nowhere");
    expect(measurements).to.deep.equal([]);
  });

  it('has a name of its own for each suite, and a time that lets all of them end in five minutes', () => {
    const ids = suites.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(15);
    expect(suites.reduce((sum, { seconds }) => sum + seconds, 0)).to.be.at.most(280);
    expect(Object.keys(works).every((name) => ids.includes(name))).to.equal(true);
  });
});
