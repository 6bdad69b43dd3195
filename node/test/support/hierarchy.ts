import type { HostSpec } from '../../src/host/spec.js';
import { Cluster, coordinatorUrl, hostSpec, nodeGroup, portRange } from './cluster.js';
import { freePorts } from './free-ports.js';

const tiers = ['super', 'regional', 'local', 'worker'] as const;
type HierarchyTier = (typeof tiers)[number];

/** Nodes of each tier; the first half of each is in the east, the other in the west. */
const counts: Record<HierarchyTier, number> = { super: 4, regional: 4, local: 8, worker: 40 };
const capacities: Record<HierarchyTier, number | null> = {
  super: 500,
  regional: 250,
  local: 50,
  worker: null,
};
const regions = ['east', 'west'] as const;

/**
 * A network of three tiers as real processes: a host for each super node, and one for each other tier in each region
 * (`local-east`, `worker-west`, …). Nodes are named by tier and number, `local-0` and up.
 */
export async function startHierarchy(settings: Record<string, string> = {}): Promise<Cluster> {
  const total = tiers.reduce((sum, tier) => sum + counts[tier], 0);
  const [control = 0, ...ports] = await freePorts(total + 1);
  const portsOf = {} as Record<HierarchyTier, number[]>;
  for (const tier of tiers) portsOf[tier] = ports.splice(0, counts[tier]);
  const placesOf = (tier: HierarchyTier) => portsOf[tier].map((port) => `127.0.0.1:${port}`);

  const candidatesOf = (tier: HierarchyTier, index: number): string[] => {
    if (tier === 'super') return placesOf('super').slice(0, index);
    const above = tiers.slice(0, tiers.indexOf(tier)).reverse();
    return above.flatMap((upper) => {
      const places = placesOf(upper);
      const parent = Math.floor((index * places.length) / counts[tier]);
      return [...places.slice(parent), ...places.slice(0, parent)];
    });
  };
  const hostOf = (tier: HierarchyTier, name: string, region: string, indices: number[]): HostSpec => ({
    ...hostSpec(name, coordinatorUrl(control)),
    candidates: indices.map((index) => candidatesOf(tier, index)),
    fallbackCandidates: placesOf('super').slice(0, tier === 'super' ? Math.min(2, indices[0] ?? 0) : 2),
    groups: [
      nodeGroup(
        tier,
        indices.map((index, position) => ({
          name: `${tier}-${index}`,
          port: portsOf[tier][index] as number,
          candidates: position,
        })),
        { region, siblings: tier === 'worker' ? [] : inTurns(placesOf(tier)), capacity: capacities[tier] },
      ),
    ],
    ports: portRange(portsOf.worker),
    settings,
  });
  const specs = tiers.flatMap((tier) => {
    const indices = portsOf[tier].map((_, index) => index);
    const half = indices.length / 2;
    if (tier === 'super') {
      return indices.map((index) =>
        hostOf(tier, `super-${index}`, index < half ? regions[0] : regions[1], [index]),
      );
    }
    return regions.map((region, side) =>
      hostOf(tier, `${tier}-${region}`, region, indices.slice(side * half, (side + 1) * half)),
    );
  });
  return Cluster.launch(specs, { control, candidates: placesOf('super'), expected: counts });
}

/** The ring of a tier: east and west in turn. */
function inTurns(places: readonly string[]): string[] {
  const half = places.length / 2;
  return places.map((_, index) => places[Math.floor(index / 2) + (index % 2) * half] as string);
}
