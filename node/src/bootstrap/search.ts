import type { Tier } from '../control/api.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { Settings } from '../settings.js';
import type { BootstrapClient, Outcome } from './bootstrap-client.js';
import type { Candidate, Candidates } from './candidates.js';
import { isTaken } from './first-attach.js';
import { createSelection } from './selection.js';

export interface SearchInit {
  node: KademliaNode;
  client: BootstrapClient;
  candidates: Candidates;
  settings: () => Settings;
  /** The end of the node, or of the hierarchy. */
  signal: AbortSignal;
}

/** Looks for a bootstrap node that takes the node, by the strategy of the settings. */
export class Search {
  readonly #init: SearchInit;

  constructor(init: SearchInit) {
    this.#init = init;
  }

  /** One attempt with every candidate: the planned parent, those of a tier, the others, the own siblings last. */
  async seek(tier: Tier | undefined): Promise<Outcome | undefined> {
    const { node, candidates, settings } = this.#init;
    const fallback = () => settings().enable_bootstrap_fallback;
    const among = () => (fallback() ? candidates.all : candidates.planned.slice(0, 1));
    // When none is healthy, all are looked at again.
    if (!among().some(({ healthy }) => healthy)) await this.#lookAt(among());
    const outcome = await this.#tryGroups(among(), tier);
    if (outcome) return outcome;
    // Those that live are full: one that was dead may be back.
    const nowMs = node.parts.clock.now();
    const due = among().filter(({ healthy, checkAtMs }) => !healthy && checkAtMs <= nowMs);
    await this.#lookAt(due);
    return this.#tryGroups(due, tier);
  }

  /** Goes through those that a bootstrap node named when it told the node to move. */
  async moveTo(named: readonly Candidate[]): Promise<Outcome | undefined> {
    return this.#tryAll(named, new Set(), 'move');
  }

  async #tryGroups(among: readonly Candidate[], tier: Tier | undefined): Promise<Outcome | undefined> {
    const { candidates } = this.#init;
    const tried = new Set<Candidate>();
    const siblings = new Set(candidates.siblings);
    const isLast = (candidate: Candidate) => siblings.has(candidate);
    const groups = [
      among.filter((candidate) => candidate === candidates.home),
      among.filter((candidate) => candidate.tier === tier && !isLast(candidate)),
      among.filter((candidate) => candidate.tier !== tier && !isLast(candidate)),
      among.filter(isLast),
    ];
    for (const group of groups) {
      const outcome = await this.#tryAll(group, tried, 'attach');
      if (outcome) return outcome;
    }
    return undefined;
  }

  /** Tries candidates in the order of the strategy, and those that a full one names. */
  async #tryAll(
    group: readonly Candidate[],
    tried: Set<Candidate>,
    kind: 'attach' | 'move',
  ): Promise<Outcome | undefined> {
    const { client, candidates, settings, node, signal } = this.#init;
    const selection = createSelection(settings().bootstrap_selection_strategy, group, node.parts.random);
    for (const candidate of tried) selection.remove(candidate);
    for (let next = selection.select(); next && !signal.aborted; next = selection.select()) {
      tried.add(next);
      selection.remove(next);
      const back = kind === 'move' && next === candidates.home;
      const outcome = await client.ask(next, back ? 'return' : kind);
      if (outcome && isTaken(outcome)) return outcome;
      if (kind === 'move') continue;
      for (const named of outcome?.named ?? []) if (!tried.has(named)) selection.add(named);
    }
    return undefined;
  }

  async #lookAt(among: readonly Candidate[]): Promise<void> {
    await Promise.all(among.map((candidate) => this.#init.client.ask(candidate, 'ask')));
  }
}
