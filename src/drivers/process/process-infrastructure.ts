import { resolve } from 'node:path';
import type { Machine } from '../../machine/machine.js';
import { ownNodeBinary, readNodeBinary } from '../../machine/node-binary.js';
import { readMachine } from '../../machine/read-machine.js';
import { addressAt } from '../../plan/address-block.js';
import { fixedNodes } from '../../plan/fixed-nodes.js';
import { chooseBlock } from '../../state/choose-block.js';
import type { NetworkPaths } from '../../state/paths.js';
import type { Infrastructure, Site } from '../infrastructure.js';
import { bundlePath } from './bundle.js';
import { freePort, requireFreePorts } from './ports.js';
import { ProcessDriver } from './process-driver.js';

export interface ProcessInfrastructureInit {
  root: string;
  /** The Node.js that hosts run on: a path. By default the one that this program runs on. */
  nodeBinary?: string | undefined;
  note?: string;
}

/** Processes on loopback addresses of this machine. */
export class ProcessInfrastructure implements Infrastructure {
  readonly name = 'process';
  readonly note?: string;
  readonly nodeBinary: string;
  readonly #root: string;
  readonly #given: string | undefined;

  constructor({ root, nodeBinary, note }: ProcessInfrastructureInit) {
    this.#root = root;
    // Hosts start in the folder of their network, not in that of the caller.
    this.nodeBinary = nodeBinary === undefined ? ownNodeBinary().path : resolve(nodeBinary);
    this.#given = nodeBinary;
    if (note !== undefined) this.note = note;
  }

  async machine(): Promise<Machine> {
    const [machine, { version }] = await Promise.all([readMachine(), readNodeBinary(this.#given)]);
    return { ...machine, nodeVersion: version };
  }

  async preview(): Promise<Site['ground']> {
    return { kind: 'loopback', block: chooseBlock(this.#root) };
  }

  async claim(): Promise<Site> {
    const block = chooseBlock(this.#root);
    const address = addressAt(block, 0);
    const coordinatorPort = await freePort(address);
    return {
      ground: { kind: 'loopback', block },
      coordinatorPort,
      coordinatorUrl: `http://${address}:${coordinatorPort}`,
      check: (plan) => requireFreePorts(fixedNodes(plan)),
      release: async () => {},
    };
  }

  async prepare(): Promise<void> {}

  driver(paths: NetworkPaths): ProcessDriver {
    return new ProcessDriver({
      paths,
      bundle: () => bundlePath(),
      node: this.nodeBinary,
    });
  }
}
