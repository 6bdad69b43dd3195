import { arch, cpus } from 'node:os';
import { type Machine, readMachine } from '@cqkd/harness';

/** This machine; its kind stays the same from run to run, and figures of one kind can be compared. */
export async function readBenchMachine(): Promise<Machine & { kind: string }> {
  const machine = await readMachine();
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim() || 'unknown CPU';
  const [major] = process.versions.node.split('.');
  return {
    ...machine,
    kind: `${machine.platform} ${arch()}, ${model}, ${machine.cores} cores, Node.js ${major}`,
  };
}
