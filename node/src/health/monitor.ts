import type { Timer } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { NodePart, PartContext } from '../node-part.js';
import type { Settings } from '../settings.js';
import { checkHealth, type HealthLevel, type HealthStatus } from './checker.js';
import { Prober } from './prober.js';
import { HealthRegistry } from './registry.js';

/** The sweeps of nodes that started together drift apart by this share of their interval. */
const JITTER = 0.2;

/** Levels that check a single contact a time, besides the sweeps of the fast one. */
const SAMPLED: readonly Exclude<HealthLevel, 'fast'>[] = ['medium', 'deep'];

/**
 * Checks the contacts of a node, as long as the health check is on.
 *
 * Fast: sweeps that ping who was not heard from (see Prober). Medium and deep: one contact at a time, by chance.
 * Source: facts, section 5.
 */
export class HealthMonitor implements NodePart {
  readonly registry: HealthRegistry;
  readonly #node: KademliaNode;
  readonly #timers = new Map<HealthLevel, Timer>();
  #settings: Settings;
  #prober: Prober | undefined;
  /** Ends the checks under way when the health check is switched off. */
  #checks = new AbortController();
  #started = false;

  constructor({ kademlia, settings }: PartContext) {
    this.#node = kademlia;
    this.#settings = settings;
    this.registry = new HealthRegistry(kademlia.parts.clock);
    kademlia.admits = (contact) => this.registry.admits(contact);
    kademlia.isLost = (contact) => this.registry.isLost(contact);
    kademlia.observe({
      heard: (contact) => this.registry.heard(contact),
      removed: (contact, why) => this.#removed(contact, why === 'silent'),
      unanswered: (contact) => this.registry.unanswered(contact),
      silent: () => {
        if (this.#settings.health_check_levels.includes('fast')) this.#prober?.widen();
      },
    });
  }

  start(): void {
    this.#started = true;
    this.configure(this.#settings);
  }

  configure(settings: Settings): void {
    this.#settings = settings;
    if (!this.#started) return;
    if (settings.enable_health_check) this.#prober ??= new Prober(this.#node, this.registry);
    else this.#end();
    for (const level of ['fast', ...SAMPLED] as const) this.#schedule(level);
  }

  stop(): void {
    this.#started = false;
    this.#end();
    for (const timer of this.#timers.values()) this.#node.parts.clock.clearTimeout(timer);
    this.#timers.clear();
  }

  /** Nothing that was found counts while the check is off. */
  #end(): void {
    this.#prober?.stop();
    this.#prober = undefined;
    this.#checks.abort();
    this.#checks = new AbortController();
    this.registry.clear();
    this.#node.stats.unwell = this.registry.counts();
  }

  #removed(contact: Contact, silent: boolean): void {
    if (!silent || !this.#prober) return;
    this.registry.fell(contact);
    this.#prober.spread(contact);
  }

  #schedule(level: HealthLevel): void {
    const { clock, random } = this.#node.parts;
    const running = this.#timers.get(level);
    if (running !== undefined) clock.clearTimeout(running);
    this.#timers.delete(level);
    const { enable_health_check: enabled, health_check_levels: levels } = this.#settings;
    if (!enabled || !levels.includes(level)) return;
    const delayMs =
      this.#settings[`${level}_check_interval`] * 1000 * (1 + JITTER * (2 * random.float() - 1));
    const timer = clock.setTimeout(() => {
      this.#schedule(level);
      if (level === 'fast') this.#prober?.sweep(this.#settings.fast_check_interval * 1000);
      else void this.#sample(level);
    }, delayMs);
    this.#timers.set(level, timer);
  }

  /** Every other time one that is degraded: only a whole check can clear it. */
  async #sample(level: HealthLevel): Promise<void> {
    const { table, parts } = this.#node;
    const contacts = table.contacts();
    const contact =
      (parts.random.float() < 0.5 ? this.registry.failing() : undefined) ??
      contacts[Math.floor(parts.random.float() * contacts.length)];
    if (!contact) return;
    const { signal } = this.#checks;
    let status: HealthStatus;
    try {
      status = await checkHealth(this.#node, contact, level, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    if (this.#node.closed) return;
    this.#node.stats.noteHealthCheck(level, status);
    this.registry.checked(contact, status);
    if (status === 'unhealthy') this.#node.doubt(contact);
  }
}
