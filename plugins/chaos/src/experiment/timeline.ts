import type { PhaseName, Sample, Timeline } from './results.js';

/** Notes what happened when. */
export class TimelineRecorder {
  readonly #sinceMs = performance.now();
  readonly #samples: Sample[] = [];
  readonly #onSample: (phase: PhaseName, samples: readonly Sample[]) => void;
  #from: number | undefined;
  #to: number | undefined;
  #recoveredAt: number | null = null;

  constructor(onSample: (phase: PhaseName, samples: readonly Sample[]) => void = () => {}) {
    this.#onSample = onSample;
  }

  get now(): number {
    return (performance.now() - this.#sinceMs) / 1000;
  }

  sample(phase: PhaseName, side: string | null, figures: Pick<Sample, 'recall' | 'storePercent'>): void {
    this.#samples.push({ at: this.now, phase, side, ...figures });
    this.#onSample(phase, this.#samples);
  }

  injected(): void {
    this.#from = this.now;
  }

  healed(): void {
    this.#to = this.now;
  }

  recovered(): void {
    this.#recoveredAt = this.now;
  }

  get timeline(): Timeline {
    const [from, to] = [this.#from, this.#to];
    return {
      fault: from === undefined ? null : { from, to: to ?? this.now },
      recoveredAt: this.#recoveredAt,
      samples: this.#samples,
    };
  }
}
