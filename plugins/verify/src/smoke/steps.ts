import {
  type DeployResult,
  finalVerdict,
  openNetwork,
  type Verdict,
  type VerifyResult,
  worst,
} from '@cqkd/harness';
import { smokePorts, takePorts } from './sabotage.js';

/** What a step is given. */
export interface SmokeContext {
  root: string;
  network: string;
  workers: number;
  driver: string;
  signal: AbortSignal;
  /** Runs a command of the program on the network. @returns its result @throws when it has none */
  run<T>(command: string, ...args: string[]): Promise<T>;
}

export interface Outcome {
  verdict: Verdict;
  /** One line. */
  said: string;
}

export interface Step {
  id: string;
  title: string;
  do(context: SmokeContext): Promise<Outcome>;
}

/** What tells in seconds whether a network does its work. */
const quick = ['join_success', 'discovery_success', 'store_success', 'reachability'];
/** How long faults last. */
const short = ['--for', '3s', '--seed', '1'];

interface ChaosOutcome {
  verdict: Verdict | null;
  recoverySeconds: number | null;
  islands: number | null;
  lostKeys: number | null;
}

function fault(id: string, title: string, command: string, ...args: string[]): Step {
  return {
    id,
    title,
    do: async ({ run }) => {
      const { verdict, recoverySeconds, lostKeys } = await run<ChaosOutcome>(command, ...args, ...short);
      const recovered =
        recoverySeconds === null ? 'did not recover' : `recovered in ${recoverySeconds.toFixed(1)} s`;
      return { verdict: verdict ?? 'unknown', said: `${recovered}, ${lostKeys ?? 'unknown'} keys lost` };
    },
  };
}

function verifyStep(id: string, title: string, metrics: readonly string[]): Step {
  return {
    id,
    title,
    do: async ({ run }) => {
      const { verdict, metrics: judged } = await run<VerifyResult>(
        'verify',
        ...metrics.flatMap((each) => ['--metric', each]),
      );
      const bad = judged
        .filter(({ status }) => status === 'fail' || status === 'unknown')
        .map((each) => each.id);
      return { verdict, said: bad.length > 0 ? `not right: ${bad.join(', ')}` : `${judged.length} metrics` };
    },
  };
}

/** All that a smoke test does, but for the end of the network. */
export const steps: readonly Step[] = [
  {
    id: 'deploy',
    title: 'deploy',
    do: async ({ run, workers, driver }) => {
      const settings = Object.entries(smokePorts).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
      const args = ['-w', String(workers), '--driver', driver, ...settings];
      const { nodes, hosts, bootstrapSeconds } = await run<DeployResult>('deploy', ...args);
      return {
        verdict: 'pass',
        said: `${nodes} nodes on ${hosts} hosts, up in ${bootstrapSeconds?.toFixed(1)} s`,
      };
    },
  },
  verifyStep('verify', 'verify, all of it', []),
  fault('kill', 'kill a bootstrap node', 'chaos:kill', '--tier', 'super', '--count', '1'),
  fault('split', 'split it and heal it', 'chaos:partition', '--shape', 'halves'),
  verifyStep('verify-after-chaos', 'verify after that', quick),
  {
    id: 'sabotage',
    title: 'take the ports of workers',
    do: async ({ root, network, signal }) => {
      const { client } = await openNetwork(root, network);
      return { verdict: 'pass', said: await takePorts(client, signal) };
    },
  },
  {
    id: 'rollback',
    title: 'failed gate, rollback',
    do: async ({ run }) => {
      const result = await run<VerifyResult>('verify', '--metric', 'join_success', '--auto-rollback');
      if (result.verdict !== 'fail')
        return { verdict: 'fail', said: `the gate did not fail: ${result.verdict}` };
      const after = finalVerdict(result);
      const said = result.answers.map(({ text }) => text.trim().split('\n').at(-1)?.trim() ?? '').join('; ');
      return { verdict: result.answers.length > 0 ? after : 'fail', said: said || 'no plugin answered' };
    },
  },
  verifyStep('verify-after-rollback', 'verify after that', quick),
];

/** The verdict on all steps that were done; one that was left out does not make it better. */
export function verdictOf(all: readonly { verdict: Verdict | null }[]): Verdict {
  return worst(all.flatMap(({ verdict }) => verdict ?? []));
}
