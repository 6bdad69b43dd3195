import { deploy, down, type NetworkHandle, noHooks, openNetwork, subjectOf } from '@cqkd/harness';

export interface SharedNetworkOptions {
  /** Where the state of networks lies. */
  root: string;
  workers: number;
  seed: number;
  /** The Node.js that its hosts run on: a path. */
  node: string;
  settings: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** A name for a network of this process: `cqkd down` finds it should this process die. */
export function networkName(purpose = ''): string {
  return `bench-${process.pid}${purpose && `-${purpose}`}`;
}

/** One real network of processes for all suites that need one: it comes up when the first of them asks. */
export class SharedNetwork {
  readonly #options: SharedNetworkOptions;
  #handle: Promise<NetworkHandle> | undefined;
  #isUp = false;

  constructor(options: SharedNetworkOptions) {
    this.#options = options;
  }

  /** @throws EnvironmentError, the signal's reason */
  open(): Promise<NetworkHandle> {
    this.#handle ??= this.#deploy();
    return this.#handle;
  }

  /** CPU time of its processes so far. Seconds. */
  async cpuSeconds(): Promise<number> {
    const handle = await this.#handle?.catch(() => undefined);
    if (!handle) return 0;
    const subject = subjectOf(handle);
    const { signal } = this.#options;
    const [{ cpuSeconds }, view] = await Promise.all([subject.usage(signal), subject.view(signal)]);
    return cpuSeconds + view.coordinator.load.cpuSeconds;
  }

  /** Ends it, whatever happened to it; the second time does nothing. */
  async close(): Promise<void> {
    await this.#handle?.catch(() => undefined);
    this.#handle = undefined;
    if (!this.#isUp) return;
    this.#isUp = false;
    // What was begun is ended even when the user does not want to wait any more.
    const { signal } = new AbortController();
    await down({ root: this.#options.root, network: networkName(), force: true, signal });
  }

  async #deploy(): Promise<NetworkHandle> {
    const network = networkName();
    const { root, workers, seed, node, settings, signal } = this.#options;
    await deploy({
      root,
      network,
      workers,
      seed,
      nodeBinary: node,
      settings,
      signal,
      topology: 'auto',
      driver: 'process',
      hooks: noHooks,
    });
    this.#isUp = true;
    return openNetwork(root, network);
  }
}
