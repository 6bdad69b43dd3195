import { type CommandContext, meanPlan, orPutBack, recordRun, roll, runtimeOf, settle } from '@cqkd/harness';
import { converge } from './converge.js';
import { withNetwork } from './session.js';

/** The `--json` of restart. */
export interface RestartResult {
  network: string;
  /** Hosts that were started anew. */
  hosts: number;
  nodes: number;
  seconds: number;
  elapsedSeconds: number;
}

/** Starts all hosts anew, one after the other; each hands over what it stores first. */
export function restart(context: CommandContext): Promise<RestartResult> {
  return withNetwork(context, 'restart', async (session) => {
    const { handle, progress, signal, network, hooks } = session;
    const { version, nodeBinary } = await runtimeOf(context.root, handle);
    const before = handle.deployment.plan;
    const plan = { ...before, node: { ...before.node, version } };
    if (version !== before.node.version) {
      const title = `hosts start on Node.js ${version}: ${before.node.version} is not there any more`;
      progress.set('node', { title, state: 'done' });
      handle.deployment.nodeBinary = nodeBinary;
    }
    const startedAt = performance.now();
    meanPlan(handle, plan, { what: 'rolling restart', trial: false });
    await orPutBack({ handle, mend: true, progress }, async () => {
      const onHost = (done: number, total: number) =>
        progress.set('roll', { title: 'hosts restarted', done, total });
      await roll({ handle, plan, restart: true, signal, onHost });
      await converge(session);
    });
    settle(handle);
    const now = performance.now();
    const result: RestartResult = {
      network,
      hosts: plan.hosts.length,
      nodes: plan.nodes,
      seconds: (now - startedAt) / 1000,
      elapsedSeconds: now / 1000,
    };
    await recordRun(handle.paths, { at: Date.now(), command: 'restart', network, result }, hooks);
    return result;
  });
}
