import { expect } from 'chai';
import fc from 'fast-check';
import { escapeDollars, InterpolationError, interpolate } from '../../compose/interpolate.js';

/** An expression in braces; written like this since a linter takes it for a template otherwise. */
const braced = (expression: string) => `$\{${expression}}`;

describe('interpolate', () => {
  const variables = { SET: 'yes', EMPTY: '', _x9: 'x', NOTHING: undefined };

  const cases: [text: string, result: string][] = [
    ['nothing to do', 'nothing to do'],
    ['$SET', 'yes'],
    ['a $SET-b', 'a yes-b'],
    [`${braced('SET')}s`, 'yess'],
    ['$_x9', 'x'],
    ['[$MISSING]', '[]'],
    ['[$NOTHING]', '[]'],
    [`[${braced('EMPTY')}]`, '[]'],
    [braced('SET:-other'), 'yes'],
    [braced('EMPTY:-other'), 'other'],
    [braced('MISSING:-other'), 'other'],
    [braced('SET-other'), 'yes'],
    [`[${braced('EMPTY-other')}]`, '[]'],
    [braced('MISSING-other'), 'other'],
    [braced('MISSING:-a:-b?c'), 'a:-b?c'],
    [braced('MISSING:-line\nline'), 'line\nline'],
    [`[${braced('MISSING:-')}]`, '[]'],
    [braced('SET:?wanted'), 'yes'],
    [`[${braced('EMPTY?wanted')}]`, '[]'],
    [braced('SET:+other'), 'other'],
    [`[${braced('EMPTY:+other')}]`, '[]'],
    [braced('EMPTY+other'), 'other'],
    [`[${braced('MISSING+other')}]`, '[]'],
    [braced(`MISSING:-${braced('ALSO_MISSING:-deep')}!`), 'deep!'],
    [braced(`MISSING:-a $SET ${braced('SET')}`), 'a yes yes'],
    ['$$SET', '$SET'],
    [`$${braced('SET')}`, braced('SET')],
    ['$$$SET$$', '$yes$'],
    ['$toString$constructor', ''],
  ];
  for (const [text, result] of cases) {
    it(`makes ${JSON.stringify(result)} of ${JSON.stringify(text)}`, () => {
      expect(interpolate(text, variables)).to.equal(result);
    });
  }

  for (const text of [
    '$',
    'a $',
    '$1',
    '$-',
    braced(''),
    braced('1'),
    braced('SET'.padEnd(4)),
    braced('SET:'),
    braced('SET:=x'),
    '${SET',
  ]) {
    it(`refuses ${JSON.stringify(text)} and says how a dollar is written`, () => {
      expect(() => interpolate(text, variables)).to.throw(InterpolationError, '$$');
    });
  }

  it('names a variable that must be set, and says why', () => {
    expect(() => interpolate(braced('EMPTY:?ask $SET'), variables)).to.throw('needs EMPTY: ask yes');
    expect(() => interpolate(braced('MISSING?'), variables)).to.throw('needs MISSING');
    expect(() => interpolate(braced('MISSING?why'), variables)).to.throw('needs MISSING: why');
  });

  it('gives every escaped text back', () => {
    const text = fc.stringMatching(/^[${}a:?-]*$/);
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (any) => {
        expect(interpolate(escapeDollars(any), variables)).to.equal(any);
      }),
    );
  });

  it('puts any value in, and reads no variables in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, around) => {
        const text = escapeDollars(around);
        expect(interpolate(`${text}$\{A}${text}`, { A: value })).to.equal(`${around}${value}${around}`);
      }),
    );
  });
});
