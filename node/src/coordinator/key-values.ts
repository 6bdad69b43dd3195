import * as z from 'zod/mini';
import type { KeyValue, StoreAnswer } from '../control/api.js';
import type { ValueBatchAnswer, ValueJobResult } from '../control/host-api.js';
import { HttpError } from '../control/http-error.js';
import type { Call, Route } from '../control/http-server.js';
import { fromBase64, jsonOf, packedOf, toBase64 } from '../control/json-value.js';
import { parseBody } from '../control/validate.js';
import { askableNodes, requireGateway } from './measure/measuring.js';
import type { Network } from './network.js';

/** A value of 8 KiB as base64, with room to say that a larger one is too large. */
const BODY_LIMIT_BYTES = 1 << 16;
/** A node may have to wait for many that are gone. */
const NODE_TIMEOUT_MS = 50_000;

const keyValue = z.strictObject({
  value: z.union([z.string(), z.number(), z.boolean()]),
  encoding: z.optional(z.enum(['base64'])),
  type: z.optional(z.enum(['integer', 'float'])),
});

/** Values of the network over HTTP, through the coordinator's own node or the one that `by` names. */
export function keyValueRoutes(network: Network): Route[] {
  const path = '/v1/kv/:key';
  return [
    {
      method: 'PUT',
      path,
      bodyLimitBytes: BODY_LIMIT_BYTES,
      handle: ({ params: { key = '' }, query, body }) => {
        const packed = packedOf(parseBody<KeyValue>(keyValue as z.ZodMiniType<KeyValue>, body));
        return store(network, query, async () => {
          if (query.by === undefined) return network.gateway.kademlia.putPacked(key, packed);
          return (await askNode(network, query.by, 'write', key, packed))?.replicas ?? 0;
        });
      },
    },
    {
      method: 'GET',
      path,
      handle: async ({ params: { key = '' }, query: { by }, signal }) => {
        requireGateway(network);
        const packed =
          by === undefined
            ? await network.gateway.kademlia.getPacked(key, { signal })
            : fromBase64((await askNode(network, by, 'read', key))?.value ?? '');
        if (packed === undefined) throw new HttpError(404, `There is no value under "${key}"`);
        return jsonOf(packed);
      },
    },
    {
      method: 'DELETE',
      path,
      handle: ({ params: { key = '' }, query }) =>
        store(network, query, async () => {
          if (query.by === undefined) return network.gateway.kademlia.delete(key);
          return (await askNode(network, query.by, 'delete', key))?.replicas ?? 0;
        }),
    },
  ];
}

/**
 * Writes, and confirms it only when enough nodes took it.
 *
 * @throws HttpError 503 below the `min` of the query, by default a majority of those that should have it
 */
async function store(
  network: Network,
  query: Call['query'],
  write: () => Promise<number>,
): Promise<StoreAnswer> {
  requireGateway(network);
  const { gateway, registry } = network;
  // The gateway's own node is one of them.
  const wanted = Math.min(gateway.kademlia.parameters.k, registry.liveNodes.length + 1);
  const min = query.min === undefined ? Math.floor(wanted / 2) + 1 : leastOf(query.min);
  const replicas = await write();
  if (replicas >= min) return { replicas, wanted };
  throw new HttpError(
    503,
    `${replicas} of ${wanted} nodes took the value, ${min} are needed: it is not confirmed and may still appear; look at the state of the network, or ask for less with ?min=`,
  );
}

/** @throws HttpError 400 */
function leastOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new HttpError(400, `min takes a whole number from 1 to 9999, got ${JSON.stringify(text)}`);
}

/** @returns null when the node failed, or found nothing @throws HttpError 404 when there is no such node */
async function askNode(
  network: Network,
  name: string,
  kind: 'write' | 'read' | 'delete',
  key: string,
  packed?: Uint8Array,
): Promise<ValueJobResult | null> {
  const node = askableNodes(network).find((each) => each.name === name || each.id === name);
  if (!node) throw new HttpError(404, `No node "${name}" that has joined`);
  const job = { node: node.name, key, ...(packed && { value: toBase64(packed) }) };
  const { results } = await network.fanOut.call<ValueBatchAnswer>(node.host, 'POST', `/v1/values/${kind}`, {
    body: { jobs: [job], concurrency: 1 },
    timeoutMs: NODE_TIMEOUT_MS,
  });
  return results[0] ?? null;
}
