import { expect } from 'chai';
import fc from 'fast-check';
import type { KeyValue } from '../../src/control/api.js';
import { HttpError } from '../../src/control/http-error.js';
import { jsonOf, packedOf } from '../../src/control/json-value.js';
import { pack, packFloat } from '../../src/wire/message-pack.js';

/** As a client and a server exchange it. */
const overTheWire = (value: KeyValue): KeyValue => JSON.parse(JSON.stringify(value));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('values in JSON', () => {
  const packed = fc.oneof(
    fc.string({ unit: 'grapheme' }).map(pack),
    fc.boolean().map(pack),
    fc.maxSafeInteger().map(pack),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }).map(pack),
    fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }).map(pack),
    fc.double().map(packFloat),
    fc
      .constantFrom(1, 0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 60)
      .map(packFloat),
    fc.uint8Array().map(pack),
  );

  it('are the same bytes again, whatever their type', () => {
    fc.assert(
      fc.property(packed, (bytes) => {
        expect(hex(packedOf(overTheWire(jsonOf(bytes))))).to.equal(hex(bytes));
      }),
    );
  });

  for (const value of [
    { value: 'text' },
    { value: '' },
    { value: 7 },
    { value: 1.5 },
    { value: false },
    { value: '9007199254740993', type: 'integer' },
    { value: '18446744073709551615', type: 'integer' },
    { value: '-9223372036854775808', type: 'integer' },
    { value: 1, type: 'float' },
    { value: '-0', type: 'float' },
    { value: 'NaN', type: 'float' },
    { value: 'AP+A', encoding: 'base64' },
    { value: '', encoding: 'base64' },
  ] satisfies KeyValue[]) {
    it(`are the same JSON again: ${JSON.stringify(value)}`, () => {
      expect(overTheWire(jsonOf(packedOf(value)))).to.deep.equal(value);
    });
  }

  it('keep the integers of other nodes exactly, however they are encoded', () => {
    for (const [bytes, expected] of [
      ['cf7fffffffffffffff', { value: '9223372036854775807', type: 'integer' }],
      ['cf0000000000000007', { value: 7 }],
      ['d38000000000000000', { value: '-9223372036854775808', type: 'integer' }],
      ['ca3f800000', { value: 1, type: 'float' }],
    ] as const)
      expect(jsonOf(new Uint8Array(Buffer.from(bytes, 'hex'))), bytes).to.deep.equal(expected);
  });

  for (const [text, message] of [
    ['{"value":9007199254740993}', 'value takes integers beyond 2^53 as a string with "type": "integer"'],
    ['{"value":1e300}', 'value takes integers beyond 2^53 as a string with "type": "integer"'],
    ['{"value":"18446744073709551616","type":"integer"}', 'value takes digits from -9223372036854775808'],
    ['{"value":1.5,"type":"integer"}', 'value takes digits from -9223372036854775808'],
    ['{"value":"1.5","type":"float"}', 'value takes a number, or one of NaN'],
    ['{"value":true,"type":"float"}', 'value takes a number, or one of NaN'],
    ['{"value":"!!!","encoding":"base64"}', 'value takes base64'],
    ['{"value":"aG","encoding":"base64"}', 'value takes base64'],
    ['{"value":1,"encoding":"base64"}', 'value takes a string with encoding base64'],
    ['{"value":"aGk=","encoding":"base64","type":"float"}', 'value takes no type with encoding base64'],
    ['{"value":"__DELETED__"}', 'value takes anything but the mark of a deleted key'],
    ['{"value":"\\ud800"}', 'value takes text without a lone surrogate'],
  ] as const) {
    it(`refuse what can not be kept: ${text}`, () => {
      expect(() => packedOf(JSON.parse(text)))
        .to.throw(HttpError, message)
        .with.property('status', 400);
    });
  }
});
