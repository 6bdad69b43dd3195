import { spawnSync } from 'node:child_process';
import { root } from '../setup.mjs';

/** The legacy behaviour: every phase off. @param file that the result is saved to */
export function measureOff(file, { flags, ...options }) {
  bench('all phases off', options, ['--save', file, ...flags.flatMap((flag) => ['--set', `${flag}=false`])]);
}

/** Every phase on, held against what was measured with all off. */
export function measureOn(file, off, options) {
  bench('all phases on', options, ['--save', file, '--compare', off]);
}

/** That something became worse is a result too, and no reason to stop. */
function bench(name, { workers, seed }, args) {
  console.log(`measuring with ${name}, ${workers} workers`);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['bin/run.js', 'bench', '--workers', workers, '--seed', seed, ...args, '--json'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const document = JSON.parse(stdout || '{}');
  if (!document.suites) throw new Error(`cqkd bench, ${name}: ${document.error?.message ?? stderr}`);
}
