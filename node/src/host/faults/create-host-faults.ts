import type { Clock, RandomSource, TransportFactory } from '../../kademlia/components.js';
import type { PortRange } from '../../ports/range.js';
import { Churn } from './churn.js';
import { Down } from './down.js';
import { HostFaults } from './host-faults.js';
import { type NodeLives, Outages } from './outages.js';
import { Stress } from './stress.js';
import { TakenPorts } from './taken-ports.js';

export interface CreateHostFaultsInit {
  clock: Clock;
  random: RandomSource;
  transports: TransportFactory;
  lives: NodeLives;
  /** Where ports are taken. */
  address: () => string;
  /** The workers' range. */
  range: () => PortRange;
}

/** All that faults can do to a host and its nodes. */
export function createHostFaults(init: CreateHostFaultsInit): HostFaults {
  const { clock, random, lives } = init;
  const outages = new Outages(lives);
  return new HostFaults({
    clock,
    random,
    parts: [
      // First of all: what is started anew finds its port free, and time to start.
      new TakenPorts(init),
      new Stress({ clock }),
      new Down(outages),
      new Churn({ clock, outages }),
    ],
  });
}
