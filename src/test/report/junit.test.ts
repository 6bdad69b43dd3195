import { expect } from 'chai';
import fc from 'fast-check';
import { type JUnitCase, junitXml } from '../../report/junit.js';
import { readXml } from '../support/read-xml.js';

const suiteOf = (...cases: JUnitCase[]) => ({
  ...{ name: 'suite', at: new Date('2026-05-01T13:45:10.250Z'), seconds: 1.5 },
  ...{ properties: { workers: 15 }, cases },
});
const passed: JUnitCase = { className: 'a.b', name: 'one', outcome: 'passed', output: 'fine' };

describe('JUnit XML', () => {
  it('counts its cases, and says of each what it came to', () => {
    const document = readXml(
      junitXml(
        suiteOf(
          passed,
          { ...passed, name: 'two', outcome: 'failure', type: 'threshold', message: '7 s, not 5' },
          { ...passed, name: 'three', outcome: 'error', type: 'unknown', message: 'not measured' },
          { ...passed, name: 'four', outcome: 'skipped', message: 'put right' },
        ),
      ),
    );
    const totals = { tests: '4', failures: '1', errors: '1', skipped: '1', time: '1.500' };
    expect(document.name).to.equal('testsuites');
    expect(document.attributes).to.include(totals);
    const [suite] = document.children;
    expect(suite?.name).to.equal('testsuite');
    expect(suite?.attributes).to.include({ ...totals, name: 'suite', timestamp: '2026-05-01T13:45:10' });
    const [properties, ...cases] = suite?.children ?? [];
    expect(properties?.children.map(({ attributes }) => attributes)).to.deep.equal([
      { name: 'workers', value: '15' },
    ]);
    expect(cases.map(({ attributes }) => attributes)).to.deep.equal(
      ['one', 'two', 'three', 'four'].map((name) => ({ classname: 'a.b', name })),
    );
    expect(
      cases.map(({ children: [outcome] }) => [outcome?.name, outcome?.attributes, outcome?.text]),
    ).to.deep.equal([
      ['system-out', {}, 'fine'],
      ['failure', { message: '7 s, not 5', type: 'threshold' }, '7 s, not 5'],
      ['error', { message: 'not measured', type: 'unknown' }, 'not measured'],
      ['skipped', { message: 'put right' }, ''],
    ]);
  });

  it('is well-formed, and holds what it is given, whatever that is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const each: JUnitCase = { ...passed, outcome: 'failure', message: text, output: `.${text}` };
        const [, shown] = readXml(junitXml({ ...suiteOf(each), name: text })).children[0]?.children ?? [];
        // XML itself makes one line break, or one space, of others.
        const plain = text.replace(/[^\x20-\x7e]/g, '');
        expect(shown?.children[1]?.text.replace(/[^\x20-\x7e]/g, '')).to.equal(`.${plain}`);
        expect(shown?.children[0]?.text.replace(/[^\x20-\x7e]/g, '')).to.equal(plain);
      }),
      { numRuns: 200 },
    );
  });

  it('holds no character that XML 1.0 forbids', () => {
    const forbidden = '\u0000\u0008\u000b\u001b\udfff\ud800\ufffe\uffff';
    expect(() => readXml(`<a>${forbidden}</a>`)).to.throw();
    const text = junitXml(suiteOf({ ...passed, output: `<&"'>${forbidden}` }));
    const [, shown] = readXml(text).children[0]?.children ?? [];
    expect(shown?.children[0]?.text).to.equal(`<&"'>${'\ufffd'.repeat(8)}`);
  });
});
