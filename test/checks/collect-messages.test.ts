import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { temporaryFolder } from '../support/checkout.js';
import { collectMessages, type Declared } from '../support/messages/collect.js';
import { readEntries } from '../support/messages/document.js';
import { sourcesOf } from '../support/messages/program.js';

/** What is collected from files, by their names. */
async function collected(files: Record<string, string>, declared: Declared = { tellers: [], holders: [] }) {
  const folder = await temporaryFolder();
  try {
    const names = Object.keys(files).map((name) => join(folder.path, name));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
    const { messages, unread } = collectMessages(sourcesOf(names), declared);
    return { texts: messages.map(({ text }) => text), unread: unread.map(({ expression }) => expression) };
  } finally {
    await folder.remove();
  }
}

const errors = `
export class OwnError extends Error {}
export class CodedError extends OwnError {
  constructor(readonly code: number, message: string) { super(message); }
}
export class FullError extends OwnError {
  constructor(count: number) { super(\`All \${count} places are taken\`); }
}
`;

describe('collecting messages', () => {
  const thrown: [what: string, code: string, texts: string[]][] = [
    ['texts', `throw new OwnError('It broke');`, ['It broke']],
    ['templates', `throw new OwnError(\`Host \${name} broke (\${code})\`);`, ['Host … broke (…)']],
    ['sums', `throw new OwnError(\`Host \${name} \` + 'broke');`, ['Host … broke']],
    ['choices', `throw new OwnError(code ? 'It broke' : 'It bent');`, ['It broke', 'It bent']],
    ['choices inside', `throw new OwnError(\`It broke\${code ? '!' : '?'}\`);`, ['It broke!', 'It broke?']],
    ['constants', `const why = 'It broke';\nthrow new OwnError(why);`, ['It broke']],
    ['functions', `const why = () => \`Broke at \${code}\`;\nthrow new OwnError(why());`, ['Broke at …']],
    [
      'functions that pass them on',
      `function fail(m: string): never { throw new OwnError(\`\${name}: \${m}\`); }\nfail('it broke');`,
      ['…: it broke'],
    ],
    ['constructors that pass them on', `throw new CodedError(4, 'It broke');`, ['It broke']],
    ['errors that word themselves', `throw new FullError(3);`, ['All … places are taken']],
    ['errors of the language', `throw new RangeError('Too far');`, ['Too far']],
  ];
  for (const [what, code, texts] of thrown) {
    it(`reads ${what}`, async () => {
      const head = `import { CodedError, FullError, OwnError } from './errors.js';\ndeclare const name: string, code: number;\n`;
      const found = await collected({ 'errors.ts': errors, 'code.ts': head + code });
      expect(found.texts).to.include.members(texts);
      expect(found.unread).to.deep.equal([]);
    });
  }

  it('says what it can not read', async () => {
    const code = 'declare const given: { text: string }, lines: string[];\n';
    const { unread } = await collected({
      'a.ts': `${code}throw new Error(given.text);`,
      'b.ts': `${code}throw new Error(lines.join('; '));`,
      'c.ts': `function fail(m: string) { throw new Error(m); }\n['it broke'].forEach(fail);`,
    });
    expect(unread).to.have.members(['given.text', "lines.join('; ')", "['it broke'].forEach(fail)"]);
  });

  it('reads what else is declared to tell messages', async () => {
    const { texts } = await collected(
      { 'a.ts': `declare const logger: any;\nlogger.warn({}, 'It bends');\nlogger.info({}, 'It stands');` },
      { tellers: [{ name: 'warn', on: 'logger', argument: 1 }], holders: [] },
    );
    expect(texts).to.deep.equal(['It bends']);
  });

  it('reads entries with their cause and what to do', () => {
    const entry = (cause: string) =>
      `\`\`\`text\nIt broke\nIt bent\n\`\`\`\n\n${cause}\n\n**What to do.** Mend it.\n`;
    expect(readEntries(`# One\n\n${entry('**Cause.** Age.')}\n## Two\n\n${entry('Age.')}`)).to.deep.equal([
      { messages: ['It broke', 'It bent'], cause: 'Age.', remedy: 'Mend it.' },
      { messages: ['It broke', 'It bent'], cause: '', remedy: '' },
    ]);
  });
});
