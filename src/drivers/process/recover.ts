import { readFileSync } from 'node:fs';
import type { RecoveredNetwork } from '../driver.js';
import { recoveredNetwork, type UnitEnvironment } from '../recovered-network.js';
import type { MarkedProcess } from './marked.js';

/** Reads a network out of the environments of its living processes. Linux only: elsewhere they can't be read. */
export function recoverFrom(processes: readonly MarkedProcess[]): RecoveredNetwork | undefined {
  return recoveredNetwork(
    processes.flatMap(environmentOf),
    ({ control }) => `http://${control.address}:${control.port}`,
  );
}

function environmentOf({ unit, pid }: MarkedProcess): UnitEnvironment[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return [];
  }
  const pairs = text.split('\0').map((entry) => entry.split(/=(.*)/s, 2) as [string, string]);
  return [{ unit, variables: Object.fromEntries(pairs) }];
}
