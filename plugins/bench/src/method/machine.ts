import { arch, cpus } from 'node:os';
import { type Machine, type NodeBinary, readMachine } from '@cqkd/harness';

/** This machine with the Node.js that is measured on; its kind stays the same from run to run, and figures of one kind can be compared. */
export async function readBenchMachine({ version }: NodeBinary): Promise<Machine & { kind: string }> {
  const machine = { ...(await readMachine()), nodeVersion: version };
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim() || 'unknown CPU';
  return {
    ...machine,
    kind: `${machine.platform} ${arch()}, ${model}, ${machine.cores} cores`,
  };
}
