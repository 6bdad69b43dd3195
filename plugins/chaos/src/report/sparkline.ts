const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Values as bars, a blank where there is none; those outside of the range are drawn at its ends. */
export function sparkline(
  values: readonly (number | null)[],
  { min, max, last = values.length }: { min: number; max: number; last?: number },
): string {
  return values
    .slice(Math.max(0, values.length - last))
    .map((value) => {
      if (value === null) return ' ';
      const share = max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 1;
      return bars[Math.round(share * (bars.length - 1))];
    })
    .join('');
}
