import { EnvironmentError, mostRecordBytes, readGivenFile, UsageError } from '@cqkd/harness';
import type { BenchResult } from '../measurement.js';
import { benchResult } from './result-schema.js';

/**
 * Reads what a run of bench has saved.
 *
 * @throws UsageError when there is no such file, or it is something else, EnvironmentError when it can't be read
 */
export async function readBenchResult(file: string, signal?: AbortSignal): Promise<BenchResult> {
  const document = parsed(file, await read(file, signal));
  const version = versionOf(document);
  if (version !== undefined && version !== 1)
    throw new UsageError(`${file} is of version ${version}, and this cqkd reads version 1: measure it again`);
  const { data, error } = benchResult.safeParse(document);
  if (data) return withNode(data);
  const [issue] = error.issues;
  const place = issue?.path.map(String).join('.') || 'the document';
  const why = (issue?.message ?? 'unreadable').replace(/^Invalid input: /, '');
  throw new UsageError(`${file} is not a result of cqkd bench (${place}: ${why}): give a file of --save`);
}

/** Earlier files name the release of Node.js as a part of the machine's kind. */
function withNode(result: BenchResult): BenchResult {
  const [, kind, release] = /^(.*), Node\.js (\d+)$/.exec(result.machine.kind) ?? [];
  if (kind === undefined || release === undefined) return result;
  return { ...result, machine: { ...result.machine, kind, nodeVersion: release } };
}

function read(file: string, signal: AbortSignal | undefined): Promise<string> {
  return readGivenFile(file, {
    signal,
    mostBytes: mostRecordBytes,
    failed: (why) =>
      why === 'ENOENT'
        ? new UsageError(`There is no file ${file}: give one of cqkd bench --save`)
        : new EnvironmentError(`Can't read the result ${file} (${why})`),
  });
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON: give a file of cqkd bench --save`);
  }
}

function versionOf(document: unknown): unknown {
  return typeof document === 'object' && document !== null && 'version' in document
    ? document.version
    : undefined;
}
