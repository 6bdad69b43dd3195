/** Touched at a time; in between the process does its work. Bytes. */
const STEP_BYTES = 4 << 20;
const PAGE_BYTES = 4096;
/** More than this no single buffer holds everywhere. Bytes. */
const MOST_BUFFER_BYTES = 1 << 30;

/** A buffer whose memory goes back to the system at once; of ES2024, and in Node.js 20. */
interface ResizableBuffer extends ArrayBuffer {
  resize(lengthBytes: number): void;
}
const ResizableBuffer = ArrayBuffer as unknown as new (
  lengthBytes: number,
  options: { maxByteLength: number },
) => ResizableBuffer;

/** Memory that is held for nothing, each page of it touched. */
export class Ballast {
  readonly #buffers: ResizableBuffer[] = [];
  #heldBytes = 0;
  #isDropped = false;

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Holds so much, or as much as it gets; bit by bit. @returns when it has it */
  async hold(wantedBytes: number): Promise<void> {
    try {
      while (this.#heldBytes < wantedBytes && !this.#isDropped) {
        this.#grow(Math.min(STEP_BYTES, wantedBytes - this.#heldBytes));
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }

  drop(): void {
    this.#isDropped = true;
    for (const buffer of this.#buffers.splice(0)) buffer.resize(0);
    this.#heldBytes = 0;
  }

  /** @throws RangeError when there is no memory left */
  #grow(stepBytes: number): void {
    let buffer = this.#buffers.at(-1);
    if (!buffer || buffer.byteLength + stepBytes > MOST_BUFFER_BYTES) {
      buffer = new ResizableBuffer(0, { maxByteLength: MOST_BUFFER_BYTES });
      this.#buffers.push(buffer);
    }
    const startBytes = buffer.byteLength;
    buffer.resize(startBytes + stepBytes);
    const bytes = new Uint8Array(buffer);
    for (let at = startBytes; at < bytes.length; at += PAGE_BYTES) bytes[at] = 1;
    this.#heldBytes += stepBytes;
  }
}
