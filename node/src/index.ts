/** The DHT node as a library. */
export { parseAddress } from './bootstrap/address.js';
export { Candidate } from './bootstrap/candidates.js';
export { createSelection, type Selection, type SelectionStrategy } from './bootstrap/selection.js';
export {
  createProcessComponents,
  DhtNode,
  type DhtNodeInit,
  type NodeComponents,
  parametersOf,
} from './dht-node.js';
export { crawl } from './discovery/crawl.js';
export { type DiscoverOptions, Discovery, nodesForKey } from './discovery/discovery.js';
export { checkHealth, type HealthLevel, type HealthStatus, sweep } from './health/checker.js';
export type { Clock, RandomSource, Transport, TransportFactory } from './kademlia/components.js';
export { AddressBook, Contact } from './kademlia/contact.js';
export { commonPrefixBits, compareDistance, NodeId } from './kademlia/id.js';
export type { LookupResult } from './kademlia/lookup.js';
export { KademliaNode } from './kademlia/node.js';
export type { KademliaComponents, KademliaInit, Parameters } from './kademlia/node-init.js';
export { RoutingTable } from './kademlia/routing-table.js';
export { DELETE_MARKER } from './kademlia/values/storage.js';
export { ValueTooLargeError } from './kademlia/values/values.js';
export { PortError, PortsExhaustedError, PortTimeoutError } from './ports/errors.js';
export { type PortRange, regionRange } from './ports/range.js';
export { PortRegistry, type PortRegistryInit } from './ports/registry.js';
export type { PortSpace } from './ports/search-order.js';
export { createTestnet, type Testnet, type TestnetOptions } from './testnet.js';
export { decodeContacts, encodeContactsResponse } from './wire/contact-list.js';
export { HEADER_BYTES } from './wire/datagram.js';
export { Deadlines } from './wire/deadlines.js';
export type { Value } from './wire/message-pack.js';
export { decodeRequest, encodeRequest } from './wire/request.js';
export { SeededRandom } from './wire/seeded-random.js';
export { udp } from './wire/udp.js';
export { type LinkConditions, VirtualNetwork } from './wire/virtual.js';
export { VirtualClock } from './wire/virtual-clock.js';
