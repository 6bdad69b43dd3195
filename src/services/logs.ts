import { driversOf } from '../drivers/all-networks.js';
import type { Driver } from '../drivers/driver.js';
import { UsageError } from '../errors.js';
import { nearest } from '../settings/nearest.js';
import { readDeployment } from '../state/deployment.js';
import { existingPaths } from './network-handle.js';

export interface LogsOptions {
  root: string;
  network: string;
  /** Hosts, or `coordinator`; by default all of them. */
  units: readonly string[];
  /** Last lines of each. */
  lines: number;
}

/** The `--json` of logs. */
export interface LogsResult {
  network: string;
  logs: { name: string; lines: string[] }[];
}

/** The last lines that the hosts of a network wrote. @throws UsageError, EnvironmentError */
export async function readLogs(options: LogsOptions): Promise<LogsResult> {
  const driver = await driverOf(options);
  const names = await unitNames(driver, options);
  const logs = names.map(async (name) => ({ name, lines: await driver.lastLines(name, options.lines) }));
  return { network: options.network, logs: await Promise.all(logs) };
}

/** New lines as they are written, until the signal. */
export async function* followLogs(
  options: LogsOptions,
  signal: AbortSignal,
): AsyncGenerator<{ name: string; line: string }> {
  const driver = await driverOf(options);
  yield* driver.follow(await unitNames(driver, options), signal);
}

async function driverOf({ root, network }: LogsOptions): Promise<Driver> {
  const paths = existingPaths(root, network);
  const [driver] = await driversOf(root, paths, readDeployment(paths));
  return driver as Driver;
}

async function unitNames(driver: Driver, { network, units }: LogsOptions): Promise<readonly string[]> {
  const names = (await driver.inspect({ tolerant: true })).map((unit) => unit.name);
  for (const unit of units) {
    if (names.includes(unit)) continue;
    const hint = names.length > 0 ? `; the nearest is ${nearest(unit, names)}` : '';
    throw new UsageError(`There is no host ${unit} in network ${network}${hint}`);
  }
  return units.length > 0 ? units : names;
}
