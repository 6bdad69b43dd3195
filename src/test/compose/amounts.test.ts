import { expect } from 'chai';
import fc from 'fast-check';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../compose/amounts.js';

describe('sizes', () => {
  const sizes: [string, number][] = [
    ['0', 0],
    ['1048576', 2 ** 20],
    ['7b', 7],
    ['2k', 2048],
    ['256m', 2 ** 28],
    ['256M', 2 ** 28],
    ['256 mb', 2 ** 28],
    ['256MiB', 2 ** 28],
    ['1.5g', 1.5 * 2 ** 30],
    ['1t', 2 ** 40],
  ];
  for (const [text, bytes] of sizes)
    it(`reads ${text}`, () => {
      expect(parseSize(text)).to.equal(bytes);
    });

  for (const text of ['', 'm', '-1m', '1x', '1mm', '1bb', '0x10', '1e6', '1,5m', 'unlimited'])
    it(`does not read ${JSON.stringify(text)}`, () => {
      expect(parseSize(text)).to.equal(undefined);
    });

  it('are written so that they are read the same', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1, 2 ** 10, 2 ** 20), (count, unit) => {
        expect(parseSize(formatSize(count * unit))).to.equal(count * unit);
      }),
    );
    expect(formatSize(2 ** 28)).to.equal('256m');
  });
});

describe('durations', () => {
  const durations: [string, number][] = [
    ['5s', 5000],
    ['1m30s', 90_000],
    ['1h', 3_600_000],
    ['1h5m30s20ms', 3_930_020],
    ['1.5s', 1500],
    ['250ms', 250],
    ['1500us', 1.5],
  ];
  for (const [text, ms] of durations)
    it(`reads ${text}`, () => {
      expect(parseDuration(text)).to.equal(ms);
    });

  for (const text of ['', '5', 's', '5 s', '-5s', '5s5', 'five'])
    it(`does not read ${JSON.stringify(text)}`, () => {
      expect(parseDuration(text)).to.equal(undefined);
    });

  it('are written so that they are read the same', () => {
    fc.assert(
      fc.property(fc.nat(), (ms) => {
        expect(parseDuration(formatDuration(ms))).to.equal(ms);
      }),
    );
  });
});
