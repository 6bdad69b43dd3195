import { findMarked, networksWithProcesses } from '../../drivers/process/marked.js';
import { down } from '../../services/down.js';
import { networkNames } from '../../state/networks.js';
import { networkPaths } from '../../state/paths.js';
import { claimBlock } from './loopback.js';
import { temporaryFolder } from './temporary.js';

/** A state folder and loopback addresses of its own; everything in it is ended at the end. */
export interface Sandbox {
  /** Where the state of networks lies. */
  root: string;
  /** What a command needs to live in it. */
  environment: { XDG_STATE_HOME: string; CQKD_ADDRESS_BLOCK: string; CQKD_DRIVER: string };
  /** First address of the first network. */
  address: string;
  /** Processes of a network that live. */
  processes(network: string): { pid: number; unit: string }[];
  /** Ends every network, and forgets them. */
  remove(): Promise<void>;
}

export async function createSandbox(): Promise<Sandbox> {
  const folder = await temporaryFolder();
  const { block, release } = await claimBlock();
  const root = `${folder.path}/cqkd`;
  return {
    root,
    environment: {
      XDG_STATE_HOME: folder.path,
      CQKD_ADDRESS_BLOCK: String(block),
      CQKD_DRIVER: 'process',
    },
    address: process.platform === 'linux' ? `127.${block}.0.1` : '127.0.0.1',
    processes: (network) => findMarked(networkPaths(root, network).folder),
    remove: async () => {
      const { signal } = new AbortController();
      const networks = new Set([...networkNames(root), ...networksWithProcesses(root)]);
      for (const network of networks) await down({ root, network, force: true, signal });
      await folder.remove();
      await release();
    },
  };
}
