import { encode } from '@msgpack/msgpack';
import type { SeededRandom } from '../../src/index.js';

type Shape = (random: SeededRandom) => Uint8Array;

const bytes = (random: SeededRandom, length: number) => {
  const made = Buffer.allocUnsafe(length);
  random.fill(made);
  return made;
};
const framed = (type: number, random: SeededRandom, payload: Uint8Array) =>
  Buffer.concat([Buffer.of(type), bytes(random, 20), payload]);
const request = (random: SeededRandom, message: unknown) => framed(0, random, encode(message));
const id = (random: SeededRandom) => bytes(random, 20);
const valid = (random: SeededRandom) => request(random, ['find_node', [id(random), id(random)]]);

/** Ways to be wrong; not one of them may be taken for a request or an answer. */
const shapes: Shape[] = [
  // Too short for a header and a payload.
  (random) => bytes(random, random.below(21)),
  // Neither request nor response.
  (random) => framed(2 + random.below(254), random, bytes(random, 60)),
  // Cut short.
  (random) => valid(random).subarray(0, 22 + random.below(50)),
  // Something follows.
  (random) => Buffer.concat([valid(random), bytes(random, 1 + random.below(20))]),
  // Larger than allowed.
  (random) => framed(0, random, Buffer.alloc(8193, 0x92)),
  // Not MessagePack: 0xc1 is never used.
  (random) => framed(0, random, Buffer.concat([Buffer.of(0xc1), bytes(random, 40)])),
  // An answer to nothing that was asked.
  (random) => framed(1, random, encode([[id(random), '127.0.0.1', 7000]])),
  (random) => framed(1, random, bytes(random, 1 + random.below(100))),
  // Wrong shapes and types.
  (random) => request(random, ['find_node']),
  (random) => request(random, ['find_node', id(random)]),
  (random) => request(random, ['find_node', ['text', 'text']]),
  (random) => request(random, ['find_node', [id(random), 42]]),
  (random) => request(random, ['find_node', [bytes(random, 19), id(random)]]),
  (random) => request(random, ['find_value', [id(random)]]),
  (random) => request(random, ['store', [id(random), id(random)]]),
  (random) => request(random, ['ping', []]),
  (random) => request(random, [42, [id(random)]]),
  (random) => request(random, { find_node: [id(random)] }),
  // Names that nobody knows.
  (random) => request(random, [`no_such_${random.below(1000)}`, [id(random)]]),
  (random) => request(random, ['__proto__', [id(random)]]),
  // Declared lengths that are lies, and nesting.
  (random) => framed(0, random, Buffer.of(0x92, 0xdb, 0xff, 0xff, 0xff, 0xff, 0x61)),
  (random) => framed(0, random, Buffer.of(0x92, 0xa4, 0x70, 0x69, 0x6e, 0x67, 0xdd, 0xff, 0xff, 0xff, 0xff)),
  (random) => framed(0, random, Buffer.alloc(1000 + random.below(3000), 0x91)),
];

/** One malformed datagram. */
export function malformedDatagram(random: SeededRandom): Uint8Array {
  return (shapes[random.below(shapes.length)] as Shape)(random);
}
