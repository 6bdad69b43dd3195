// npm start: the main job. 50 workers up, measured against the targets, and down again.
//
// The exit code is that of the first command that failed; 130 when interrupted.
import { spawn } from 'node:child_process';
import { build, install, root } from './setup.mjs';

// Exit codes with which deploy has left nothing of its own: wrong usage, refused or failed, interrupted.
const nothingDeployed = [2, 4, 130];

install();
build();

let interrupted = false;
let running;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    // Ctrl-C reaches the whole foreground group; a signal to this process alone is passed on.
    if (signal === 'SIGTERM' || !process.stdin.isTTY) running?.kill(signal);
    interrupted = true;
  });
}

const deployed = await cqkd('deploy', '-w', '50', '--driver', 'process');
const codes = [deployed];
if (deployed === 0 && !interrupted) codes.push(await cqkd('verify'));
// A network that was there before is somebody else's: it stays.
if (!nothingDeployed.includes(deployed)) codes.push(await cqkd('down'));
process.exit(interrupted ? 130 : (codes.find((code) => code !== 0) ?? 0));

/** Runs one command and answers its exit code. */
function cqkd(...args) {
  console.log(`\n$ cqkd ${args.join(' ')}`);
  return new Promise((resolve) => {
    running = spawn(process.execPath, ['bin/run.js', ...args], { cwd: root, stdio: 'inherit' });
    running.once('error', () => resolve(1));
    running.once('exit', (code) => resolve(code ?? 1));
  });
}
