// docs/settings.md: its table, from the settings as they are compiled. The text around the table is kept.
//
// usage: node scripts/settings-doc.mjs write|check
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const FILE = join(root, 'docs/settings.md');
const BEGIN = '<!-- settings -->';
const END = '<!-- settings stop -->';

const { describeValues, environmentName, settingNames, settingTable } = await import('@cqkd/node/control');
const held = readFileSync(FILE, 'utf8');
const made = withTable(held, table());
if (process.argv[2] === 'write') writeFileSync(FILE, made);
else if (made !== held) {
  console.error('docs/settings.md is out of date: npm run readme writes it');
  process.exitCode = 1;
}

function table() {
  const rows = settingNames.map((name) => {
    const definition = settingTable[name];
    const cells = [
      `\`${name}\``,
      `\`${environmentName(name)}\``,
      definition.phase ?? '',
      describeValues(definition),
      definition.default === null ? '' : `\`${definition.default}\``,
      live(definition),
      definition.description,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head = '| setting | environment | phase | takes | default | live | means |';
  return [head, '|---|---|---|---|---|---|---|', ...rows].join('\n').replaceAll('|  |', '| |');
}

function live({ live, of }) {
  if (!live) return 'no';
  return of === 'host' ? 'yes, whole hosts' : of === 'network' ? 'yes, whole network' : 'yes';
}

function withTable(text, rows) {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`docs/settings.md holds no ${BEGIN} … ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n${rows}\n${text.slice(end)}`;
}
