import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { splitWords } from '../../compose/words.js';

describe('splitWords', () => {
  const cases: [line: string, words: string[] | undefined][] = [
    ['', []],
    ['  one\ttwo  ', ['one', 'two']],
    [`node --flag="a b" 'c d'e`, ['node', '--flag=a b', 'c de']],
    [`'' ""`, ['', '']],
    [String.raw`a\ b \"c "d\"e" 'f\g' "h\i"`, ['a b', '"c', 'd"e', String.raw`f\g`, String.raw`h\i`]],
    [`'open`, undefined],
    ['open\\', undefined],
  ];
  for (const [line, words] of cases) {
    it(`makes ${JSON.stringify(words) ?? 'nothing'} of ${JSON.stringify(line)}`, () => {
      expect(splitWords(line)).to.deep.equal(words);
    });
  }

  it('splits as a shell does', () => {
    const lines = fc.sample(fc.stringMatching(/^[ab '"\\]{0,12}$/), { numRuns: 200, seed: 1 });
    const closed = lines.filter((line) => splitWords(line) !== undefined);
    expect(closed.length).to.be.greaterThan(40);
    const script = closed.map((line) => `printf '[%s]' ${line}; echo`).join('\n');
    const said = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n');
    const ours = closed.map((line) => (splitWords(line) ?? []).map((word) => `[${word}]`).join('') || '[]');
    expect(said.slice(0, -1)).to.deep.equal(ours);
  });
});
