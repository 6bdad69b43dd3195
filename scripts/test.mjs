// npm test: lint, format, import cycles and directions, types, then all tests.
//
// Arguments go to mocha instead of the list of all test files: npm test -- node/test/kademlia/id.test.ts
//
// The last line reads `N passed, N failed, N skipped`; the exit code is 0 only when some passed and none failed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { removeManifests, writeManifests } from './manifests.mjs';
import { build, install, root, runNode, step } from './setup.mjs';

const mocha = 'node_modules/mocha/bin/mocha.js';
const allTests = '{node,src,plugins/*,.}/test/**/*.test.ts';
/** More files than that do not fail only because of their company. */
const mostAgain = 5;

const beforeTheTests = () => console.log('0 passed, 1 failed, 0 skipped');
process.once('exit', beforeTheTests);

install();
step('biome check', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.');
build();
step('the type check of the tests', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json');
process.off('exit', beforeTheTests);

const chosen = process.argv.slice(2);
process.exitCode = chosen.length > 0 ? runNode(mocha, ...chosen) : runAll();

/**
 * Most tests wait for networks most of the time: files run side by side, one more than there are processors.
 * A few that fail in that company are run once more by themselves, and it is said which.
 */
function runAll() {
  const scratch = mkdtempSync(join(tmpdir(), 'cqkd-test-'));
  // As an installed program has them: hundreds of commands start, each in half of the time.
  writeManifests();
  const counted = (name, ...args) => {
    const file = join(scratch, name);
    const code = runNode(mocha, '--reporter-option', `counts=${file}`, ...args);
    return { code, counts: readCounts(file) };
  };
  try {
    const first = counted('first', '--parallel', '--jobs', String(availableParallelism() + 1), allTests);
    const failed = Object.keys(first.counts).filter((file) => first.counts[file].failed > 0);
    if (first.code === 0 || failed.length === 0 || failed.length > mostAgain)
      return closing(first.code, first.counts);
    console.log(`once more, alone: ${failed.map((file) => relative(root, file)).join(', ')}`);
    const again = counted('again', ...failed);
    return closing(again.code, { ...first.counts, ...again.counts });
  } finally {
    removeManifests();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Of a run that did not get as far as its counts there are none. */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

function closing(code, counts) {
  const sum = (what) => Object.values(counts).reduce((total, each) => total + each[what], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return code || (sum('passed') > 0 && sum('failed') === 0 ? 0 : 1);
}
