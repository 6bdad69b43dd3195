import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, MistakesError, UsageError } from '@cqkd/harness';
import { expect } from 'chai';
import { rejectionOf } from '../../../../src/test/support/stand-in.js';
import { type TemporaryFolder, temporaryFolder } from '../../../../src/test/support/temporary.js';
import { loadScenario, parseScenario } from '../../src/scenario/load.js';
import type { FaultStep } from '../../src/scenario/scenario.js';

const head = 'name: trial\nsteps:\n';
const stepsOf = (text: string) => parseScenario('trial.yaml', head + text).steps;
/** What is told of a file, a line each. */
const told = (text: string): readonly string[] => {
  try {
    parseScenario('split.yaml', text);
  } catch (error) {
    if (error instanceof MistakesError) return error.mistakes;
    if (error instanceof UsageError) return [error.message];
    throw error;
  }
  throw new Error('nothing was wrong');
};

describe('a scenario file', () => {
  it('is read into steps with their lines', () => {
    const steps = stepsOf(
      '  - fault: partition\n    shape: bridge\n    for: 1m\n    meanwhile: [{join: 5}]\n  - wait: 10s\n  - until: steady\n',
    );
    expect(steps.map(({ verb, line }) => [verb, line])).to.deep.equal([
      ['fault', 3],
      ['wait', 7],
      ['until', 8],
    ]);
    expect(steps[0]).to.deep.include({ kind: 'partition', parameters: { shape: 'bridge' }, forSeconds: 60 });
    expect((steps[0] as FaultStep).meanwhile).to.have.length(1);
  });

  it('takes parameters with their units, or in the unit of their name', () => {
    const parametersOf = (text: string) => (stepsOf(text)[0] as FaultStep).parameters;
    expect(parametersOf('  - {fault: degrade, latency: 100ms, loss: 5%, tier: worker}')).to.deep.equal({
      latencyMs: 100,
      loss: 0.05,
      tier: 'worker',
    });
    expect(parametersOf('  - {fault: degrade, latencyMs: 100}')).to.deep.equal({ latencyMs: 100 });
    expect(parametersOf('  - {fault: stress, memory: 64MB}')).to.include({ memoryBytes: 64 * 2 ** 20 });
    expect(parametersOf('  - {fault: churn, up: 1m, down: 5}')).to.include({ upSeconds: 60, downSeconds: 5 });
  });

  it('repeats steps for each value, and so many times', () => {
    const steps = stepsOf(
      '  - repeat:\n      times: 2\n      each: {region: [east, west]}\n      steps:\n        - {fault: kill, title: $region is gone, region: $region}\n',
    );
    expect(steps.map(({ title }) => title)).to.deep.equal([
      'east is gone',
      'west is gone',
      'east is gone',
      'west is gone',
    ]);
    expect(steps.map((step) => ((step as FaultStep).parameters as { region: string }).region)).to.deep.equal([
      'east',
      'west',
      'east',
      'west',
    ]);
  });

  const mistakes: [string, string, string][] = [
    [
      'a value that there is not',
      `${head}  - fault: partition\n    shape: circle`,
      'split.yaml:4:5: shape takes one of halves, majority, minority, one-way, bridge, ring, regions, tier, prefix; got circle',
    ],
    [
      'a key that there is not',
      `nam: x\n${head}  - wait: 1s`,
      'split.yaml:1:1: there is no nam here; the nearest is name',
    ],
    [
      'a parameter that there is not',
      `${head}  - {fault: degrade, latncy: 1s}`,
      'split.yaml:3:22: there is no latncy here; the nearest is latency',
    ],
    [
      'a condition that there is not',
      `${head}  - check: {recal: 1}`,
      'split.yaml:3:13: there is no recal here; the nearest is recall',
    ],
    [
      'a share beyond all',
      `${head}  - {fault: degrade, loss: 200%}`,
      'split.yaml:3:22: loss takes a number of at most 1; got 200%',
    ],
    [
      'a duration that is none',
      `${head}  - wait: soon`,
      'split.yaml:3:5: wait takes a duration like 30s or 5m, or a number of seconds; got soon',
    ],
    [
      'a fault that there is not',
      `${head}  - fault: kil`,
      'split.yaml:3:5: fault takes one of kill, pause, partition, isolate, degrade, churn, overload, ports, stress; got kil, the nearest is kill',
    ],
    [
      'two verbs',
      `${head}  - wait: 1s\n    join: 2`,
      'split.yaml:4:5: a step has one verb; got wait and join: make them 2 steps',
    ],
    [
      'no verb',
      `${head}  - wiat: 1s`,
      'split.yaml:3:5: a step has one of fault, wait, until, check, load, join, heal, scale, repeat; got wiat, the nearest is wait',
    ],
    [
      'a fault in a fault',
      `${head}  - fault: kill\n    meanwhile:\n      - fault: kill`,
      'split.yaml:5:9: meanwhile takes wait, check, load, join; got fault',
    ],
    [
      'a way to kill that there is not',
      `${head}  - {fault: kill, via: node}`,
      'split.yaml:3:19: via is for partition and isolate only; got it with kill',
    ],
    [
      'a name that nothing stands for',
      `${head}  - {fault: kill, region: $region}`,
      'split.yaml:3:19: region has $region, which is no name of an each around it',
    ],
    [
      'thresholds the wrong way round',
      `name: a\nthresholds:\n  recovery: [60s, 15s]\nsteps: [{wait: 1}]`,
      'split.yaml:3:3: recovery takes the better value first; got 60, 15',
    ],
    ['no name', 'steps: [{wait: 1}]', 'split.yaml:1:1: name is missing'],
    ['no steps', 'name: a', 'split.yaml:1:1: steps takes a list of steps; got nothing'],
    ['a key twice', `name: a\n${head}  - wait: 1`, 'split.yaml:2:1: the same key twice: drop one of them'],
    ['a tab', 'name: a\nsteps:\n\t- wait: 1', 'split.yaml:3:1: a tab can not indent: use spaces'],
    [
      'two documents',
      `${head}  - wait: 1\n---\nname: b`,
      'split.yaml:4:1: a second document begins here: a file has one scenario',
    ],
    ['nothing', '# soon\n', 'split.yaml is empty: a scenario has a name and steps'],
    ['a list', '- wait: 1', 'split.yaml:1:1: a scenario takes keys with values; got [{"wait":1}]'],
  ];
  for (const [what, text, line] of mistakes) {
    it(`tells ${what}`, () => expect(told(text)).to.include(line));
  }

  it('tells all mistakes, in the order of the file, ten at most, and a repeated one once', () => {
    const wrong = Array.from({ length: 12 }, () => '  - wait: soon\n').join('');
    const lines = told(`${head}  - repeat: {times: 9, steps: [{join: 0}]}\n${wrong}`);
    expect(lines).to.have.length(11);
    expect(lines[0]).to.match(/^split\.yaml:3:\d+: join takes a number of at least 1; got 0$/);
    expect(lines[10]).to.equal('split.yaml: and 3 more');
  });

  it('refuses repetitions without end', () => {
    const nested = (depth: number): string =>
      depth === 0 ? '{wait: 1}' : `{repeat: {times: 100, steps: [${nested(depth - 1)}]}}`;
    expect(told(`${head}  - ${nested(6)}`)[0]).to.contain('steps takes 500 at most');
  });

  it('tells what is no YAML at all', () => {
    expect(told('['.repeat(20_000))[0]).to.match(/^split\.yaml:1:\d+: /);
    expect(told(`${head}  - wait: *there`)[0]).to.contain('Unresolved alias');
  });
});

describe('where a scenario is', () => {
  let folder: TemporaryFolder;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());

  it('is told when it is not there, a folder, or too large', async () => {
    const large = join(folder.path, 'large.yaml');
    writeFileSync(large, '#'.repeat(1_000_001));
    mkdirSync(join(folder.path, 'a.yaml'));
    for (const [what, message] of [
      [join(folder.path, 'none.yaml'), 'There is no scenario'],
      [join(folder.path, 'a.yaml'), 'is a folder'],
      [large, 'too large'],
      ['split-and-heel', 'the nearest is split-and-heal'],
    ] as const) {
      const error = await rejectionOf(loadScenario(what));
      expect(error, what).to.be.instanceOf(UsageError);
      expect(error.message).to.include(message);
    }
  });

  it('is told when it can not be read', async () => {
    // A name longer than any file system takes.
    const error = await rejectionOf(loadScenario(`./${'x'.repeat(5000)}.yaml`));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.include('ENAMETOOLONG');
  });
});
