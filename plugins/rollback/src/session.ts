import {
  type CommandContext,
  EnvironmentError,
  lockNetwork,
  type NetworkHandle,
  type OwnTargets,
  openNetwork,
  ProgressList,
} from '@cqkd/harness';

/** A network that is this command's alone to change. */
export interface Session extends CommandContext {
  handle: NetworkHandle;
  progress: ProgressList;
  /** What measurements are held against, where it is not the table. */
  targets: OwnTargets;
  /** Whether an earlier change was killed: what it began is ended or undone by the one that follows. */
  isUnfinished: boolean;
}

/**
 * Opens a network, keeps others from changing it meanwhile, and does something with it.
 *
 * @throws EnvironmentError when it does not exist, does not answer, or another command is at work on it
 */
export async function withNetwork<T>(
  context: CommandContext,
  command: string,
  run: (session: Session) => Promise<T>,
  targets: OwnTargets = {},
): Promise<T> {
  const { root, network, signal } = context;
  await openNetwork(root, network);
  const lock = await lockNetwork(root, network, command);
  try {
    const handle = await openNetwork(root, network);
    const { state } = handle.deployment;
    if (state !== 'up' && state !== 'changing') {
      throw new EnvironmentError(
        `Network ${network} was left in the midst of ${state}: cqkd status -n ${network} shows it, cqkd scale or cqkd down -n ${network} ends it`,
      );
    }
    // Before anything is changed it shows whether there is somebody to tell.
    await handle.client.network(signal, { nodes: false });
    const progress = new ProgressList(context.onProgress);
    return await run({ ...context, handle, progress, targets, isUnfinished: state === 'changing' });
  } finally {
    lock.release();
  }
}
