import { formatBytes, formatSeconds, formatValue } from '@cqkd/harness';
import type { Figure } from '../experiment/results.js';

/** A share of lookups that were right. */
export function ratio(value: number | null): string {
  return value === null ? 'unknown' : floor(value, 3).toFixed(3);
}

export function percent(value: number | null): string {
  return value === null ? 'unknown' : `${floor(value, 1).toFixed(1)} %`;
}

/** What is almost whole is not told as whole. */
function floor(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.floor(value * scale + 1e-6) / scale;
}

export function seconds(value: number | null): string {
  return value === null ? 'not in the time it had' : formatSeconds(value);
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Names, but no more than so many: the others are counted. */
export function named(names: readonly string[], most: number): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

const count = (value: number) => formatValue(value, 'count');
const milliseconds = (value: number) => formatValue(value, 'ms');
const share = (value: number) => formatValue(value * 100, 'percent');

/** What a figure is called, and how its values are written. */
const figures: Record<Figure['name'], [title: string, format: (value: number) => string]> = {
  lossShare: ['datagrams lost', share],
  duplicatedShare: ['datagrams doubled', share],
  reorderedShare: ['datagrams out of order', share],
  corruptedShare: ['datagrams spoilt', share],
  delayMs: ['delay of a datagram', milliseconds],
  passedPerSecond: ['datagrams a second', count],
  crashesPerSecond: ['crashes a second', count],
  portsTaken: ['ports taken', count],
  burntShare: ['CPU time burnt', share],
  heldBytes: ['memory held', formatBytes],
  workers: ['workers', count],
  operations: ['operations at a time', count],
};

export function figureTitle({ name }: Figure): string {
  return figures[name][0];
}

export function figureActual({ name, actual }: Figure): string {
  return figures[name][1](actual);
}

/** `12 % to 18 %`, `at least 3`, `at most 10 ms`, or the one value that it must have. */
export function figureIntended({ name, intended: [from, to] }: Figure): string {
  const format = figures[name][1];
  if (from === to) return format(from);
  if (!Number.isFinite(to)) return `at least ${format(from)}`;
  return Number.isFinite(from) && from > 0 ? `${format(from)} to ${format(to)}` : `at most ${format(to)}`;
}

export function isAsIntended({ intended: [from, to], actual }: Figure): boolean {
  return actual >= from && actual <= to;
}
