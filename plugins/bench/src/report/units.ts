import { formatSeconds } from '@cqkd/harness';
import type { BenchUnit, Measurement } from '../measurement.js';

/** A figure in its unit, three digits of it: `0.842 ms`, `12,400/s`, `38.1 kB`. */
export function formatFigure(value: number, unit: BenchUnit): string {
  switch (unit) {
    case 'seconds':
      return Math.abs(value) >= 60 ? formatSeconds(value) : `${threeDigits(value)} s`;
    case 'ms':
      return Math.abs(value) >= 10_000 ? formatSeconds(value / 1000) : `${threeDigits(value)} ms`;
    case 'us':
      return Math.abs(value) >= 10_000 ? formatFigure(value / 1000, 'ms') : `${threeDigits(value)} µs`;
    case 'bytes':
      return bytesText(value);
    case 'percent':
      return `${threeDigits(value)} %`;
    case 'per_second':
      return `${threeDigits(value)}/s`;
    case 'ratio':
      return String(Number(value.toFixed(4)));
    case 'count':
      return threeDigits(value);
  }
}

/** Half of the interval of a mean, two digits of it: `± 0.012 ms`; a dash when there is none. */
export function formatHalfWidth({ interval, unit }: Pick<Measurement, 'interval' | 'unit'>): string {
  if (interval === null) return '-';
  return `± ${formatFigure(Number(((interval[1] - interval[0]) / 2).toPrecision(2)), unit)}`;
}

/** A ratio of two figures: `× 1.042`. */
export function formatRatio(ratio: number): string {
  return `× ${ratio >= 10 ? threeDigits(ratio) : ratio.toFixed(3)}`;
}

/** Its interval: `0.981 to 1.104`; a dash when there is none. */
export function formatRatioInterval(interval: [number, number] | null): string {
  return interval === null ? '-' : `${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}`;
}

/** A ratio as what has changed: `+4.2 %`. */
export function formatChange(ratio: number): string {
  const percent = (ratio - 1) * 100;
  const text = threeDigits(Math.abs(percent) < 10 ? Number(percent.toFixed(1)) : Math.round(percent));
  return `${percent > 0 && text !== '0' ? '+' : ''}${text} %`;
}

/** What a share of the values does not exceed: `p50`, `p99.9`, `max`. */
export function percentileName(percentile: number): string {
  return percentile === 100 ? 'max' : `p${Number(percentile.toFixed(4))}`;
}

function bytesText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${threeDigits(value / 1e9)} GB`;
  if (size >= 1e6) return `${threeDigits(value / 1e6)} MB`;
  if (size >= 1000) return `${threeDigits(value / 1000)} kB`;
  return `${threeDigits(value)} B`;
}

/** Whole from 1000 on, with commas. */
function threeDigits(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
