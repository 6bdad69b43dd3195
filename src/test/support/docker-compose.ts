import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { parse } from 'yaml';

/** The real Compose of this machine. */
export interface DockerCompose {
  /** Runs it in a folder to its end. */
  run(folder: string, args: readonly string[], variables?: NodeJS.ProcessEnv): SpawnSyncReturns<string>;
  /** The same for what has to succeed. @returns what it wrote */
  succeed(folder: string, args: readonly string[], variables?: NodeJS.ProcessEnv): string;
  /** Files with all variables filled in, as it understands them. */
  config(folder: string, files: readonly string[], variables?: NodeJS.ProcessEnv): ComposeConfig;
}

export interface ComposeConfig {
  services: Record<string, Record<string, unknown>>;
  networks: Record<string, Record<string, unknown>>;
}

/** What takes longer hangs. */
const endsWithinMs = 300_000;

/** Of the environment only what finds the engine: a template refers to many names. */
function passed(): [string, string | undefined][] {
  return Object.entries(process.env).filter(([name]) => /^(PATH|HOME|XDG_.*|DOCKER_.*)$/.test(name));
}

/** Compose as a program of its own, and as a plugin of the client. */
const commands = [['docker-compose'], ['docker', 'compose']] as const;

/**
 * A Compose for a test that needs one.
 *
 * Where there is none the test is skipped; with CQKD_REQUIRE_DOCKER=1 it fails instead.
 */
export function requireCompose(test: Mocha.Context): DockerCompose {
  const command = commands.find(([program, ...args]) => {
    return spawnSync(program, [...args, 'version'], { stdio: 'ignore' }).status === 0;
  });
  if (!command) {
    if (process.env.CQKD_REQUIRE_DOCKER === '1') throw new Error('docker-compose is not installed');
    return test.skip();
  }
  const [program, ...first] = command;
  const run: DockerCompose['run'] = (folder, args, variables = {}) => {
    const env = { ...Object.fromEntries(passed()), ...variables };
    return spawnSync(program, [...first, ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      timeout: endsWithinMs,
    });
  };
  const succeed: DockerCompose['succeed'] = (folder, args, variables) => {
    const { status, stdout, stderr } = run(folder, args, variables);
    if (status === 0) return stdout;
    throw new Error(`docker-compose ${args.join(' ')} exited with ${status}\n${stdout}\n${stderr}`);
  };
  return {
    run,
    succeed,
    config: (folder, files, variables) =>
      parse(succeed(folder, [...files.flatMap((file) => ['-f', file]), 'config'], variables)),
  };
}
