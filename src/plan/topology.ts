import type { Settings } from '@cqkd/node/control';
import { UsageError } from '../errors.js';
import type { Ratio, Topology, TopologyChoice } from './plan.js';
import { bootstrapTiers } from './tiers.js';

/** Bootstrap nodes of each tier; in a flat network all of them are `super`. */
export interface BootstrapCounts {
  super: number;
  regional: number;
  local: number;
}

/** What a choice comes to. @throws UsageError when it contradicts the settings */
export function topologyOf(choice: TopologyChoice, settings: Settings): Topology {
  if (choice === 'flat') return 'flat';
  if (settings.enable_multi_level_bootstrap) return 'tiered';
  if (choice === 'auto') return 'legacy';
  throw new UsageError(
    'Topology tiered needs ENABLE_MULTI_LEVEL_BOOTSTRAP=true, got false: drop one of them',
  );
}

/** How many bootstrap nodes a network of this size has. */
export function bootstrapCounts(topology: Topology, workers: number, settings: Settings): BootstrapCounts {
  if (topology === 'legacy')
    return { super: settings.fallback_bootstrap_nodes.length, regional: 0, local: 0 };
  if (topology === 'flat') return { super: flatCount(workers, settings), regional: 0, local: 0 };
  const scaled = tieredCounts(workers);
  return {
    super: settings.super_bootstrap_nodes?.length ?? scaled.super,
    regional: settings.regional_bootstrap_count ?? scaled.regional,
    local: settings.local_bootstrap_count ?? scaled.local,
  };
}

function tieredCounts(workers: number): BootstrapCounts {
  if (workers <= 15) return { super: 2, regional: 0, local: 0 };
  if (workers <= 50) return { super: 3, regional: 0, local: 0 };
  if (workers <= 200) return { super: 2, regional: 8, local: 0 };
  if (workers <= 500) return { super: 4, regional: 8, local: 32 };
  return {
    super: bootstrapTiers.super.most,
    regional: bootstrapTiers.regional.most,
    local: bootstrapTiers.local.most,
  };
}

function flatCount(workers: number, settings: Settings): number {
  const { bootstrap_strategy: strategy } = settings;
  const size = strategy === 'adaptive' ? sizeClass(workers) : strategy;
  return {
    small: settings.bootstrap_small_nodes,
    medium: settings.bootstrap_medium_nodes,
    large: settings.bootstrap_large_nodes,
    xlarge: settings.bootstrap_xlarge_nodes,
  }[size];
}

function sizeClass(workers: number): 'small' | 'medium' | 'large' | 'xlarge' {
  if (workers <= 15) return 'small';
  if (workers <= 50) return 'medium';
  return workers <= 200 ? 'large' : 'xlarge';
}

/** Workers to a bootstrap node; up to 25 is ok, up to 50 a warning, above it critical unless load is balanced. */
export function ratioOf(workers: number, bootstraps: number, balanced: boolean): Ratio {
  const workersPerBootstrap = workers / bootstraps;
  if (workersPerBootstrap <= 25) return { workersPerBootstrap, status: 'ok' };
  return { workersPerBootstrap, status: workersPerBootstrap <= 50 || balanced ? 'warning' : 'critical' };
}

/** Connections that these bootstrap nodes take together. */
export function connectionsOf(counts: BootstrapCounts): number {
  return (
    counts.super * bootstrapTiers.super.connections +
    counts.regional * bootstrapTiers.regional.connections +
    counts.local * bootstrapTiers.local.connections
  );
}
