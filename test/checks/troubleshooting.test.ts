import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { repository } from '../support/checkout.js';
import { collectMessages, type Found, type Message, type Unread } from '../support/messages/collect.js';
import { declared, passedOn } from '../support/messages/declared.js';
import { type Entry, readEntries, stubOf } from '../support/messages/document.js';
import { readSources } from '../support/messages/program.js';

const list = (lines: readonly string[]) => lines.map((line) => `\n  ${line}`).join('');
const idOf = ({ file, expression }: Pick<Unread, 'file' | 'expression'>) => `${file}: ${expression}`;

describe('docs/troubleshooting.md', () => {
  let found: Found;
  let entries: Entry[];
  let documented: string[];

  before(async function () {
    this.timeout(180_000);
    entries = readEntries(await readFile(join(repository, 'docs/troubleshooting.md'), 'utf8'));
    documented = entries.flatMap(({ messages }) => messages);
    found = collectMessages(readSources(), declared);
  });

  it('has every message that the sources can print', () => {
    const missing: Message[] = found.messages.filter(({ text }) => !documented.includes(text));
    expect(missing.length, `to be added to docs/troubleshooting.md:\n\n${stubOf(missing)}\n`).to.equal(0);
  });

  it('has no message that the sources do not print any more', () => {
    const printed = new Set(found.messages.map(({ text }) => text));
    const gone = documented.filter((text) => !printed.has(text));
    expect(gone.length, `to be taken out of docs/troubleshooting.md, or mended:${list(gone)}\n`).to.equal(0);
  });

  it('has each message once, with its cause and what to do', () => {
    const twice = documented.filter((text, index) => documented.indexOf(text) !== index);
    expect(twice, 'messages that are there twice').to.deep.equal([]);
    const bare = entries.filter(({ cause, remedy }) => !cause || !remedy);
    expect(
      bare.map(({ messages }) => messages),
      'messages without "**Cause.** …" and "**What to do.** …" below',
    ).to.deep.equal([]);
  });

  it('is held against messages that can all be read from the sources', () => {
    const known = new Set(passedOn.map(idOf));
    const unread = found.unread.filter((each) => !known.has(idOf(each)));
    expect(
      unread.length,
      `what message is this? Write it so that it can be read, or declare it in test/support/messages/declared.ts:${list(
        unread.map(({ place, expression }) => `${place}  ${expression}`),
      )}\n`,
    ).to.equal(0);
    const used = new Set(found.unread.map(idOf));
    const idle = [
      ...passedOn.map(idOf).filter((id) => !used.has(id)),
      ...found.idle.map((each) => JSON.stringify(each)),
    ];
    expect(idle, 'declared in test/support/messages/declared.ts, and not there any more').to.deep.equal([]);
  });
});
