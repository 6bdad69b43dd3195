import { columns, targetOf } from '@cqkd/harness';
import type { Curve } from '../measurement.js';
import type { Cost } from './cost-fit.js';

/** Standard load: every node makes one lookup in so many seconds. */
const secondsPerLookup = 10;

/** Cost against the number of nodes: what was measured, and the line through it. */
export function costCurves(measured: readonly Cost[], predicted: readonly Cost[]): Curve[] {
  const curve = (id: string, title: string, y: Curve['y'], value: (cost: Cost) => number): Curve => ({
    id: `scale.${id}`,
    title,
    x: { title: 'Nodes', unit: 'count', scale: 'log' },
    y,
    lines: [
      { name: 'measured', kind: 'measured', points: measured.map((cost) => [cost.nodes, value(cost)]) },
      { name: 'predicted', kind: 'predicted', points: predicted.map((cost) => [cost.nodes, value(cost)]) },
    ],
  });
  return [
    curve('cpu', 'CPU time of a lookup', { title: 'CPU time', unit: 'us' }, ({ cpuUs }) => cpuUs),
    curve(
      'throughput',
      'Lookups of one process',
      { title: 'Lookups', unit: 'per_second' },
      (cost) => cost.throughput,
    ),
    curve('hops', 'Hops of a lookup', { title: 'Hops', unit: 'count' }, ({ hops }) => hops),
  ];
}

export interface Outlook {
  near: Cost;
  distant: Cost;
  /** Where it was predicted for; null when it was not measured. */
  measured: Cost | null;
  /** Of this machine. */
  cores: number;
}

/** How far the prediction was off, and whether the targets will hold. */
export function costNotes({ near, distant, measured, cores }: Outlook): string[] {
  const off = (predicted: number, real: number) => {
    const percent = Math.round(100 * (predicted / real - 1));
    return `${Math.abs(percent)} % too ${percent < 0 ? 'low' : 'high'}`;
  };
  const proof = measured
    ? [
        `For ${near.nodes} nodes the CPU time of a lookup was predicted ${off(near.cpuUs, measured.cpuUs)} ` +
          `(${Math.round(near.cpuUs)} us, measured ${Math.round(measured.cpuUs)} us), ` +
          `lookups a second ${off(near.throughput, measured.throughput)}.`,
      ]
    : [];
  return [...proof, outlook(distant, cores)];
}

function outlook({ nodes, cpuUs, hops }: Cost, cores: number): string {
  const column = columns.at(-1) ?? 1000;
  const target = targetOf('cpu', column).target ?? 100;
  const share = (100 * (nodes / secondsPerLookup) * cpuUs) / 1e6 / cores;
  const needed = Math.ceil((share * cores) / target);
  const verdict =
    share <= target
      ? `so the target of ${target} % for ${column} workers would still hold`
      : `so the target of ${target} % for ${column} workers would not hold: it takes ${needed} such cores`;
  return (
    `With ${nodes.toLocaleString('en')} nodes a lookup takes ${Math.round(cpuUs)} us and ${hops.toFixed(1)} hops, ` +
    `and the standard load of one lookup a node in ${secondsPerLookup} s ${Math.round(share)} % of the ${cores} cores ` +
    `of this machine, ${verdict}.`
  );
}
