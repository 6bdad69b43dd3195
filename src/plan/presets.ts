import { UsageError } from '../errors.js';

/** Sizes by name, in workers; `custom` takes a number. */
export const presets = { small: 15, medium: 50, large: 200, xlarge: 1000, custom: null } as const;

export type Preset = keyof typeof presets;

/** Workers for a size by name, a number, or both; by default the small one. @throws UsageError */
export function workersFor(preset: Preset | undefined, workers: number | undefined): number {
  const size = preset === undefined ? undefined : presets[preset];
  if (workers === undefined) {
    if (size === null) throw new UsageError('Scale custom needs the number of workers: -w N');
    return size ?? presets.small;
  }
  if (typeof size === 'number') {
    throw new UsageError(`Scale ${preset} has ${size} workers: drop it, or drop -w ${workers}`);
  }
  return workers;
}
