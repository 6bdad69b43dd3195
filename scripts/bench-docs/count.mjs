import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';

const testFiles = '{node,src,plugins/*,.}/test/**/*.test.ts';

/** What the product consists of, counted in a built checkout. @param root of the checkout */
export async function countProduct(root) {
  const tests = countTests(root);
  const { dependencies } = readJson(root, 'package.json');
  const { phases, settingNames, settingTable } = await import('@cqkd/node/control');
  const { metricIds } = await import('@cqkd/harness');
  const [packed] = JSON.parse(output(root, 'npm', ['pack', '--dry-run', '--json', '--ignore-scripts']));
  return {
    packages: foldersOf(root).map((folder) => countPackage(root, folder, tests)),
    commands: await commandsOf(root),
    phases: phases.map((phase) => ({
      ...phase,
      settings: settingNames.filter((name) => settingTable[name].phase === phase.number).length,
    })),
    settings: settingNames.length,
    metrics: metricIds.length,
    thirdParty: Object.keys(dependencies).filter((name) => !name.startsWith('@cqkd/')).length,
    templates: filesIn(join(root, 'compose-templates'), /\.ya?ml$/).length,
    scenarios: filesIn(join(root, 'plugins/chaos/scenarios'), /\.ya?ml$/).length,
    pages: filesIn(join(root, 'docs'), /\.md$/).length,
    decisions: filesIn(join(root, 'docs/decisions'), /\.md$/).length,
    bundleBytes: statSync(join(root, 'node/dist/cqkd-node.cjs')).size,
    packedBytes: packed.size,
    unpackedBytes: packed.unpackedSize,
  };
}

/** In the order in which they build on each other, the plugins by name. */
function foldersOf(root) {
  const plugins = readdirSync(join(root, 'plugins')).sort();
  return ['node', 'src', ...plugins.map((name) => `plugins/${name}`), '.'];
}

function countPackage(root, folder, tests) {
  const { name, description } = readJson(root, folder, 'package.json');
  const own = folder === '.' ? ['bin', 'scripts'] : [folder === 'src' ? folder : join(folder, 'src')];
  const sources = own.flatMap((each) => filesIn(join(root, each), /\.(ts|mjs|cjs|js)$/));
  const testFolder = join(root, folder, 'test');
  const testSources = filesIn(testFolder, /\.ts$/);
  return {
    name,
    folder,
    description,
    files: sources.length,
    lines: linesOf(sources),
    testLines: linesOf(testSources),
    tests: tests.filter((file) => file.startsWith(testFolder + sep)).length,
  };
}

/** Files below a folder, built and installed ones left out, and tests unless it is a folder of tests. */
function filesIn(folder, pattern) {
  const left = ['dist', 'node_modules', 'test'];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !relative(folder, file)
          .split(sep)
          .some((part) => left.includes(part)),
    );
}

function linesOf(files) {
  return files.reduce((sum, file) => sum + readFileSync(file, 'utf8').split('\n').length - 1, 0);
}

/** The file of every test, as mocha finds them without running any. */
function countTests(root) {
  const folder = mkdtempSync(join(tmpdir(), 'cqkd-tests-'));
  try {
    const file = join(folder, 'tests.json');
    const reporter = ['--reporter', 'json', '--reporter-option', `output=${file}`];
    output(root, process.execPath, ['node_modules/mocha/bin/mocha.js', '--dry-run', ...reporter, testFiles]);
    return JSON.parse(readFileSync(file, 'utf8')).tests.map((test) => test.file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function commandsOf(root) {
  const { Config } = await import('@oclif/core');
  const config = await Config.load(root);
  return config.commands
    .filter(({ pluginName, hidden }) => pluginName?.startsWith('@cqkd/') && !hidden)
    .map(({ id, summary }) => ({ id: id.replaceAll(':', ' '), summary: summary ?? '' }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readJson(...path) {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

function output(root, program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${status}\n${stderr}`);
  return stdout;
}
