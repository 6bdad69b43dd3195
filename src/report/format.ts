import type { MetricUnit } from '../gate/metrics.js';

const MB = 1_000_000;
const GB = 1_000_000_000;

/** A duration as people read it: `0.42 s`, `7.3 s`, `2 min`, `2 min 5 s`, `1 h 10 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole >= 3600) {
    const minutes = Math.round(seconds / 60);
    return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
  }
  if (whole >= 60) return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`;
  return `${digits(seconds)} s`;
}

/** Bytes as `97 MB` or `1.8 GB` (decimal, as the targets are). */
export function formatBytes(bytes: number): string {
  return bytes >= GB ? `${digits(bytes / GB)} GB` : `${digits(bytes / MB)} MB`;
}

/** A value in its unit; a dash when there is none. */
export function formatValue(value: number | null, unit: MetricUnit): string {
  if (value === null) return '-';
  switch (unit) {
    case 's':
      return formatSeconds(value);
    case 'bytes':
      return formatBytes(value);
    case 'percent':
      return `${digits(value)} %`;
    case 'ms':
      return `${digits(value)} ms`;
    case 'ratio':
      return value.toFixed(4).replace(/0+$/, '').replace(/\.$/, '');
    case 'count':
      return digits(value);
  }
}

/** A moment as `2026-05-01 13:45 UTC`. */
export function formatMoment(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Three significant digits at most behind the point, none where the number is large or whole. */
function digits(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toFixed(Math.abs(value) >= 10 ? 1 : 2)));
}
