import * as z from 'zod/mini';
import type { KeyValue, StoreAnswer } from '../control/api.js';
import { HttpError } from '../control/http-error.js';
import type { Route } from '../control/http-server.js';
import { parseBody } from '../control/validate.js';
import type { Value } from '../wire/message-pack.js';
import { requireGateway } from './measure/measuring.js';
import type { Network } from './network.js';

/** A value of 8 KiB as base64, with room to say that a larger one is too large. */
const BODY_LIMIT_BYTES = 1 << 16;

const keyValue = z.object({
  value: z.union([z.string(), z.number(), z.boolean()]),
  encoding: z.optional(z.enum(['base64'])),
});

/** Values of the network over HTTP, through the coordinator's own node. */
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
      handle: ({ params, body }) => {
        const value = decode(parseBody<KeyValue>(keyValue as z.ZodMiniType<KeyValue>, body));
        return store(() => network.gateway.kademlia.put(params.key ?? '', value));
      },
    },
    {
      method: 'GET',
      path,
      handle: async ({ params, signal }) => {
        requireGateway(network);
        const value = await network.gateway.kademlia.get(params.key ?? '', { signal });
        if (value === undefined) throw new HttpError(404, `There is no value under "${params.key}"`);
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
