import * as z from 'zod/mini';
import type { KeyValue, StoreAnswer } from '../control/api.js';
import type { ValueBatchAnswer, ValueJobResult } from '../control/host-api.js';
import { HttpError } from '../control/http-error.js';
import type { Route } from '../control/http-server.js';
import { parseBody } from '../control/validate.js';
import type { Value } from '../wire/message-pack.js';
import { askableNodes, requireGateway } from './measure/measuring.js';
import type { Network } from './network.js';

/** A value of 8 KiB as base64, with room to say that a larger one is too large. */
const BODY_LIMIT_BYTES = 1 << 16;
/** A node may have to wait for many that are gone. */
const NODE_TIMEOUT_MS = 50_000;

const keyValue = z.object({
  value: z.union([z.string(), z.number(), z.boolean()]),
  encoding: z.optional(z.enum(['base64'])),
});

/** Values of the network over HTTP, through the coordinator's own node, or the one that `by` names: strings only. */
export function keyValueRoutes(network: Network): Route[] {
  const path = '/v1/kv/:key';
  const store = async (write: () => Promise<number>): Promise<StoreAnswer> => {
    requireGateway(network);
    const replicas = await write();
    if (replicas === 0) throw new HttpError(503, 'No node took the value: look at the state of the network');
    return { replicas };
  };
  return [
    {
      method: 'PUT',
      path,
      bodyLimitBytes: BODY_LIMIT_BYTES,
      handle: ({ params: { key = '' }, query: { by }, body }) => {
        const value = decode(parseBody<KeyValue>(keyValue as z.ZodMiniType<KeyValue>, body));
        return store(async () => {
          if (by === undefined) return network.gateway.kademlia.put(key, value);
          return (await askNode(network, by, 'write', key, String(value)))?.replicas ?? 0;
        });
      },
    },
    {
      method: 'GET',
      path,
      handle: async ({ params: { key = '' }, query: { by }, signal }) => {
        requireGateway(network);
        const value =
          by === undefined
            ? await network.gateway.kademlia.get(key, { signal })
            : (await askNode(network, by, 'read', key))?.value;
        if (value === undefined) throw new HttpError(404, `There is no value under "${key}"`);
        return encode(value);
      },
    },
    {
      method: 'DELETE',
      path,
      handle: ({ params }) => store(() => network.gateway.kademlia.delete(params.key ?? '')),
    },
  ];
}

/** @returns null when the node failed, or found nothing @throws HttpError 404 when there is no such node */
async function askNode(
  network: Network,
  name: string,
  kind: 'write' | 'read',
  key: string,
  value?: string,
): Promise<ValueJobResult | null> {
  const node = askableNodes(network).find((each) => each.name === name || each.id === name);
  if (!node) throw new HttpError(404, `No node "${name}" that has joined`);
  const body = { jobs: [{ node: node.name, key, value }], concurrency: 1 };
  const { results } = await network.fanOut.call<ValueBatchAnswer>(node.host, 'POST', `/v1/values/${kind}`, {
    body,
    timeoutMs: NODE_TIMEOUT_MS,
  });
  return results[0] ?? null;
}

function decode({ value, encoding }: KeyValue): Value {
  if (encoding !== 'base64') return value;
  if (typeof value !== 'string')
    throw new HttpError(400, `value takes a string with encoding base64, got ${JSON.stringify(value)}`);
  return new Uint8Array(Buffer.from(value, 'base64'));
}

function encode(value: Value): KeyValue {
  if (value instanceof Uint8Array)
    return { value: Buffer.from(value).toString('base64'), encoding: 'base64' };
  // JSON has no integers beyond 2^53: as digits they survive.
  return { value: typeof value === 'bigint' ? value.toString() : value };
}
