/** The DHT node as a library. */
export { attach, parseAddress, serveAttach } from './bootstrap/attach.js';
export { createProcessComponents, DhtNode, type DhtNodeInit, type NodeComponents } from './dht-node.js';
export { crawl } from './discovery/crawl.js';
export { discover } from './discovery/discover.js';
export { checkHealth, type HealthLevel, type HealthStatus, sweep } from './health/checker.js';
export type { Clock, RandomSource, Transport, TransportFactory } from './kademlia/components.js';
export { AddressBook, Contact } from './kademlia/contact.js';
export { commonPrefixBits, compareDistance, NodeId } from './kademlia/id.js';
export type { LookupResult } from './kademlia/lookup.js';
export {
  type KademliaComponents,
  type KademliaInit,
  KademliaNode,
  type Parameters,
} from './kademlia/node.js';
export { DELETE_MARKER, ValueTooLargeError } from './kademlia/replication.js';
export { RoutingTable } from './kademlia/routing-table.js';
export { PortsExhaustedError } from './ports/bind.js';
export { createTestnet, type Testnet, type TestnetOptions } from './testnet.js';
export { Deadlines } from './wire/deadlines.js';
export type { Value } from './wire/message-pack.js';
export { SeededRandom } from './wire/seeded-random.js';
export { udp } from './wire/udp.js';
export { type LinkConditions, VirtualNetwork } from './wire/virtual.js';
export { VirtualClock } from './wire/virtual-clock.js';
