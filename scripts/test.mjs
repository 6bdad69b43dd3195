// npm test: lint, format, import cycles and directions, types, then all tests. Arguments go to mocha.
//
// The last line reads `N passed, N failed, N skipped`; the exit code is 0 only when some passed and none failed.
import { build, install, runNode, step } from './setup.mjs';

const beforeTheTests = () => console.log('0 passed, 1 failed, 0 skipped');
process.once('exit', beforeTheTests);

install();
step('biome check', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.');
build();
step('the type check of the tests', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json');
process.off('exit', beforeTheTests);
process.exitCode = runNode('node_modules/mocha/bin/mocha.js', ...process.argv.slice(2));
