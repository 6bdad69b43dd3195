import { stripVTControlCharacters } from 'node:util';
import { type TaskMessage, wordsOf } from './task.js';

const stepLine = /^Step (\d+)\/(\d+) : (\w+)/;
const imageLine = /^ ---> ([0-9a-f]{12,64})$/;

/** What the output of a build tells: how far it is, which images it has made, and why it failed. */
export class BuildOutput {
  /** Images that the steps have led to, the half-built ones too. Short ids. */
  readonly images = new Set<string>();
  #begun = '';
  #step: { index: number; total: number; instruction: string } | undefined;
  /** What a program of the build said last. */
  #said = '';

  constructor(private readonly onStep: (index: number, total: number) => void = () => {}) {}

  take({ stream }: TaskMessage): void {
    const lines = (this.#begun + (stream ?? '')).split('\n');
    this.#begun = lines.pop() ?? '';
    for (const line of lines) this.#takeLine(stripVTControlCharacters(line).trimEnd());
  }

  /** The reason of a failure on one line: of a program that failed what it said, not what it was called with. */
  explain(message: TaskMessage): string {
    const code = message.errorDetail?.code;
    if (!this.#step || !code) return wordsOf(message);
    const { index, total, instruction } = this.#step;
    const said = stripVTControlCharacters(this.#begun).trim() || this.#said;
    return `step ${index} of ${total} (${instruction}) ended with code ${code}: ${said || 'it said nothing'}`;
  }

  #takeLine(line: string): void {
    const [, index, total, instruction = ''] = stepLine.exec(line) ?? [];
    const image = imageLine.exec(line)?.[1];
    if (index) {
      this.#step = { index: Number(index), total: Number(total), instruction };
      this.#said = '';
      this.onStep(this.#step.index, this.#step.total);
    } else if (image) this.images.add(image);
    else if (line.trim() && !line.startsWith(' --->') && !line.startsWith('Removing intermediate container'))
      this.#said = line.trim();
  }
}
