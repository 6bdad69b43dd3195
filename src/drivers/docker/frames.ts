import type { Readable } from 'node:stream';

/** Stream (1 byte), three zeros, length (4 bytes) before each piece of output. */
const headerBytes = 8;

/**
 * Whole lines of a container's output, both of its streams, in the order in which they ended.
 *
 * The engine sends output in pieces with a header each; a piece may end within a line, or within a character.
 */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  /** Begun lines by stream. */
  readonly #begun = new Map<number, Buffer>();

  /** @returns lines that are whole now */
  read(chunk: Buffer): string[] {
    const lines: string[] = [];
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    while (data.length >= headerBytes) {
      const end = headerBytes + data.readUInt32BE(4);
      if (data.length < end) break;
      lines.push(...this.#add(data.readUInt8(0), data.subarray(headerBytes, end)));
      data = data.subarray(end);
    }
    this.#rest = Buffer.from(data);
    return lines;
  }

  /** What was begun and never ended. */
  end(): string[] {
    const lines = [...this.#begun.values()].map((line) => line.toString()).filter((line) => line !== '');
    this.#begun.clear();
    return lines;
  }

  #add(stream: number, piece: Buffer): string[] {
    const lines: string[] = [];
    let begun = this.#begun.get(stream) ?? Buffer.alloc(0);
    let from = 0;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, from)) {
      lines.push(Buffer.concat([begun, piece.subarray(from, at)]).toString());
      begun = Buffer.alloc(0);
      from = at + 1;
    }
    this.#begun.set(stream, Buffer.concat([begun, piece.subarray(from)]));
    return lines;
  }
}

/** Lines of a stream of output as they come. */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  const reader = new FrameReader();
  for await (const chunk of stream) yield* reader.read(chunk as Buffer);
  yield* reader.end();
}
