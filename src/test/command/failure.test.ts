import { expect } from 'chai';
import { failureOf } from '../../command/failure.js';
import { parseDuration } from '../../command/flags.js';
import {
  BugError,
  EnvironmentError,
  GateError,
  InterruptedError,
  MistakesError,
  UsageError,
} from '../../errors.js';

describe('a failure', () => {
  it('has the exit code of who must act', () => {
    const codes = [
      new BugError('x'),
      new UsageError('x'),
      new GateError('x'),
      new EnvironmentError('x'),
      new InterruptedError('SIGINT'),
    ].map((error) => failureOf(error).exitCode);
    expect(codes).to.deep.equal([1, 2, 3, 4, 130]);
  });

  it('is a bug when nobody meant it', () => {
    expect(failureOf(new TypeError('x is not a function'))).to.deep.equal({
      kind: 'bug',
      message: 'bug: x is not a function',
      exitCode: 1,
    });
    expect(failureOf('text').kind).to.equal('bug');
    expect(failureOf(undefined).exitCode).to.equal(1);
  });

  it('is one line, whatever oclif makes of a flag', () => {
    const error = new UsageError(
      'Parsing --workers \n\t--workers takes a number, got x\nSee more help with --help',
    );
    expect(failureOf(error)).to.deep.equal({
      kind: 'usage',
      message: '--workers takes a number, got x',
      exitCode: 2,
    });
    const parse = Object.assign(new Error('Nonexistent flag: --foo\nSee more help with --help'), {
      oclif: { exit: 2 },
    });
    expect(failureOf(parse)).to.deep.equal({
      kind: 'usage',
      message: 'Nonexistent flag: --foo',
      exitCode: 2,
    });
  });
});

describe('several mistakes', () => {
  it('have a line each', () => {
    expect(failureOf(new MistakesError(['a.yaml:1:1: one\n  two', 'a.yaml:2:1: three']))).to.deep.equal({
      kind: 'usage',
      message: 'a.yaml:1:1: one two\na.yaml:2:1: three',
      exitCode: 2,
    });
  });
});

describe('a duration', () => {
  it('is read into seconds', () => {
    expect(['90s', '5m', '1h', '500ms', '30', '1.5m'].map(parseDuration)).to.deep.equal([
      90, 300, 3600, 0.5, 30, 90,
    ]);
  });

  it('is refused when it is none', () => {
    for (const text of ['', 'x', '-1s', '0s', '5 d', '1e3']) {
      expect(() => parseDuration(text), text).to.throw(UsageError, 'duration');
    }
  });
});
