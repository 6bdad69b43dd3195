import type { NodePart, PartContext } from '../node-part.js';
import type { Settings } from '../settings.js';
import { AdaptiveRefresh } from './adaptive-refresh.js';
import { FixedRefresh } from './fixed-refresh.js';

/** Base interval while nobody knows the network's size. Seconds. Source: facts, section 4 (small network). */
const UNKNOWN_SIZE_SECONDS = 300;

/** Refresh of a node, adaptive or fixed as the settings say; it changes over while the node runs. */
export class Refresh implements NodePart {
  readonly #context: PartContext;
  readonly #intervalSeconds: () => number;
  #settings: Settings;
  #mode: AdaptiveRefresh | FixedRefresh | undefined;

  /** @param intervalSeconds base interval, from the network's size */
  constructor(context: PartContext, intervalSeconds = () => UNKNOWN_SIZE_SECONDS) {
    this.#context = context;
    this.#intervalSeconds = intervalSeconds;
    this.#settings = context.settings;
    const adaptive = () => (this.#mode instanceof AdaptiveRefresh ? this.#mode : undefined);
    context.kademlia.observe({
      heard: (contact) => adaptive()?.heard(contact),
      added: (contact) => adaptive()?.added(contact),
      removed: (contact, why) => adaptive()?.removed(contact, why),
      unanswered: () => adaptive()?.unanswered(),
    });
  }

  configure(settings: Settings): void {
    const changesOver = settings.enable_adaptive_refresh !== this.#settings.enable_adaptive_refresh;
    this.#settings = settings;
    if (!this.#mode) return;
    if (!changesOver) this.#mode.configure(settings);
    else {
      this.stop();
      this.start();
    }
  }

  start(): void {
    const { kademlia, emit } = this.#context;
    const settings = this.#settings;
    this.#mode = settings.enable_adaptive_refresh
      ? new AdaptiveRefresh({ kademlia, settings, emit, intervalSeconds: this.#intervalSeconds })
      : new FixedRefresh(kademlia, settings);
    this.#mode.start();
  }

  stop(): void {
    this.#mode?.stop();
    this.#mode = undefined;
  }
}
