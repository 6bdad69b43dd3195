import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createPlan } from '../../plan/create-plan.js';
import { readPlanRecord } from '../../state/plan-record.js';
import { loopback } from '../support/plan-input.js';
import { rejectionOf } from '../support/stand-in.js';

const machine = {
  cores: 2,
  memoryBytes: 8e9,
  platform: 'linux',
  openFiles: 20_000,
  processes: 10_000,
  neighbours: 1024,
  nodeVersion: '24.0.0',
  udpMicroseconds: null,
};

describe('a saved plan', () => {
  let folder: string;
  const write = (text: string) => {
    const path = join(folder, 'record.json');
    writeFileSync(path, text);
    return path;
  };
  const planOf = (settings: Record<string, string>) =>
    createPlan({
      network: 'first',
      workers: 20,
      topology: 'auto',
      settings,
      machine,
      seed: 7,
      ground: loopback(0),
      coordinatorPort: 1,
    });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cqkd-record-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('is what deploy printed, or the plan alone', async () => {
    const plan = planOf({ fallback_k: '7' });
    const expected = {
      workers: 20,
      topology: 'tiered',
      settings: { fallback_k: '7' },
      density: undefined,
      seed: 7,
    };
    expect(await readPlanRecord(write(JSON.stringify({ network: 'first', plan })))).to.deep.equal(expected);
    expect(await readPlanRecord(write(JSON.stringify(plan)))).to.deep.equal(expected);
  });

  it('plans the same network again', async () => {
    const variants: Record<string, string>[] = [{}, { enable_multi_level_bootstrap: 'false' }];
    for (const settings of variants) {
      const plan = planOf(settings);
      const record = await readPlanRecord(write(JSON.stringify(plan)));
      const again = createPlan({
        network: plan.network,
        workers: record.workers,
        topology: record.topology,
        settings: record.settings,
        seed: record.seed,
        machine,
        ground: plan.ground,
        coordinatorPort: 1,
      });
      expect(again).to.deep.equal(plan);
    }
  });

  it('is told apart from what is none', async () => {
    for (const [path, message] of [
      [() => join(folder, 'nothing'), /^Can't read .*nothing \(ENOENT\)$/],
      [() => write('no json'), /is no JSON: --from takes what cqkd deploy --json/],
      [() => write('{"workers":3}'), /holds no plan/],
    ] as const)
      expect((await rejectionOf(readPlanRecord(path()))).message).to.match(message);
  });
});
