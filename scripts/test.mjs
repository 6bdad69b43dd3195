// npm test: lint, format, import cycles and directions, types, then all tests.
//
// Arguments go to mocha instead of the list of all test files: npm test -- node/test/kademlia/id.test.ts
//
// The last line reads `N passed, N failed, N skipped`; the exit code is 0 only when some passed and none failed.
import { availableParallelism } from 'node:os';
import { build, install, runNode, step } from './setup.mjs';

const allTests = '{node,src,plugins/*,.}/test/**/*.test.ts';

const beforeTheTests = () => console.log('0 passed, 1 failed, 0 skipped');
process.once('exit', beforeTheTests);

install();
step('biome check', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.');
build();
step('the type check of the tests', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json');
process.off('exit', beforeTheTests);

const chosen = process.argv.slice(2);
// Most tests wait for networks most of the time: files run side by side, one more than there are processors.
const jobs = String(availableParallelism() + 1);
const args = chosen.length > 0 ? chosen : ['--parallel', '--jobs', jobs, allTests];
process.exitCode = runNode('node_modules/mocha/bin/mocha.js', ...args);
