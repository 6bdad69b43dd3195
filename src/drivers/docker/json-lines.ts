import type { Readable } from 'node:stream';

/** Objects of a stream that has one a line, as the engine's events come. */
export async function* jsonLines<T>(stream: Readable): AsyncGenerator<T> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as T;
  }
}
