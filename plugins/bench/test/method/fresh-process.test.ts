import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { until } from '../../../../src/test/support/until.js';
import { inFreshProcess } from '../../src/method/fresh-process.js';
import type { WorkName } from '../../src/work/index.js';

const job = {
  work: 'codec',
  parameters: { nodes: 10, seed: 1, parameters: {} },
  sliceMs: 50,
  directions: {},
} as const;
/** Processes that this one has started and that live. */
const children = () => {
  try {
    return execFileSync('pgrep', ['-P', String(process.pid), '-f', 'fresh-process-main'])
      .toString()
      .trim()
      .split('\n');
  } catch {
    return [];
  }
};

describe('fresh process', () => {
  it('does its work and is gone', async () => {
    const { values, cpuSeconds } = await inFreshProcess(job, process.execPath, new AbortController().signal);
    expect(values.encode_answer).to.be.greaterThan(1000);
    expect(cpuSeconds).to.be.greaterThan(0);
    expect(children()).to.deep.equal([]);
  });

  it('tells what went wrong in it', async () => {
    const broken = { ...job, work: 'nothing' as WorkName };
    const error = await inFreshProcess(broken, process.execPath, new AbortController().signal).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property('message').that.contains('The work nothing failed: TypeError');
    expect(children()).to.deep.equal([]);
  });

  it('is gone when it is not wanted any more', async () => {
    const controller = new AbortController();
    const running = inFreshProcess({ ...job, sliceMs: 60_000 }, process.execPath, controller.signal).catch(
      (thrown: unknown) => thrown,
    );
    await until('it runs', () => children().length > 0);
    controller.abort(new Error('enough'));
    expect(await running).to.have.property('message', 'enough');
    expect(children()).to.deep.equal([]);
  });
});
