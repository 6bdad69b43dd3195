// Breaks networks of several sizes in several ways, on either driver, and prints what came of it as a Markdown table.
//
// usage: node scripts/chaos-matrix.mjs [--driver process|docker]... [--for DURATION] [WORKERS...]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { root } from './setup.mjs';

const NAME = 'matrix';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    driver: { type: 'string', multiple: true, default: ['process', 'docker'] },
    for: { type: 'string', default: '30s' },
    only: { type: 'string' },
  },
});
const FAULTS = [
  ['all super nodes killed', ['kill', '--tier', 'super']],
  ['20 % of the workers killed', ['kill', '--tier', 'worker', '--share', '20%']],
  ['halves', ['partition', '--shape', 'halves']],
  ['one-way', ['partition', '--shape', 'one-way']],
  ['bridge', ['partition', '--shape', 'bridge']],
  ['regions', ['partition', '--shape', 'regions']],
].filter(([title]) => !values.only || title.includes(values.only));
const HEAD = [
  'workers',
  'driver',
  'fault',
  'by',
  'proof',
  'recall during',
  'values during',
  'newcomers',
  'merged',
  'recovered',
  'islands',
  'lost keys',
  'entries across',
  'verdict',
];

console.log(`| ${HEAD.join(' | ')} |\n|${HEAD.map(() => '---|').join('')}`);
for (const workers of positionals.length > 0 ? positionals.map(Number) : [200, 1000]) {
  for (const driver of values.driver) {
    for (const [title, args] of FAULTS) {
      // Each has a network of its own: nodes remember for half an hour who has been silent.
      cqkd('deploy', '-c', '-w', workers, '--driver', driver, '--seed', 1);
      try {
        const result = cqkd('chaos', ...args, '--for', values.for, '--seed', 1, '--anyway');
        console.log(`| ${[workers, driver, title, ...rowOf(result)].join(' | ')} |`);
        for (const reason of result.reasons) console.error(`  ${title}: ${reason}`);
      } finally {
        cqkd('down');
      }
    }
  }
}

function rowOf(result) {
  const { via, proof, during, mergedSeconds, recoverySeconds, islands, lostKeys, verdict } = result;
  // Those that are large enough to have to go on by themselves.
  const sides = during.sides.filter(({ share }) => share >= 0.25);
  const joined = during.newcomers.filter((newcomer) => newcomer.joined).length;
  return [
    via.join(', '),
    proof.proven ? `${proof.seconds.toFixed(1)} s` : 'not proven',
    sides.map(({ recall }) => fixed(recall, 4)).join(', '),
    sides.map(({ storePercent }) => `${fixed(storePercent, 1)} %`).join(', '),
    `${joined}/${during.newcomers.length}`,
    `${fixed(mergedSeconds, 1)} s`,
    `${fixed(recoverySeconds, 1)} s`,
    islands,
    lostKeys,
    during.acrossEntries ?? '',
    verdict,
  ];
}

function fixed(value, digits) {
  return value === null ? '?' : value.toFixed(digits);
}

/** Runs one command of the checkout. @returns its JSON, whatever the verdict */
function cqkd(...args) {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['bin/run.js', ...args.map(String), '-n', NAME, '--json'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const document = JSON.parse(stdout || '{}');
  if (!stdout || document.error) throw new Error(`${args.join(' ')}: ${document.error?.message ?? stderr}`);
  return document;
}
