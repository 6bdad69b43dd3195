import type { BenchResult, Measurement, SuiteResult } from '../../src/measurement.js';
import { estimate } from '../../src/method/statistics.js';

export function measurementOf(about: Partial<Measurement> & Pick<Measurement, 'values'>): Measurement {
  const { values, calibration = null } = about;
  return {
    id: 'lookup.throughput',
    title: 'Lookups',
    unit: 'per_second',
    better: 'higher',
    calibration,
    calibrations: calibration ? values.map(() => 1) : [],
    ...estimate(values),
    ...about,
  };
}

export function suiteOf(measurements: Measurement[], about: Partial<SuiteResult> = {}): SuiteResult {
  return {
    id: 'lookup',
    title: 'Lookup',
    seconds: 1,
    repetitions: 8,
    ended: 'repetitions',
    saturated: false,
    unit: null,
    values: [],
    p50: null,
    p95: null,
    measurements,
    histograms: [],
    curves: [],
    notes: [],
    ...about,
  };
}

export function resultOf(suites: SuiteResult[], kind = 'linux x64'): BenchResult {
  const machine = {
    cores: 2,
    memoryBytes: 1,
    platform: 'linux',
    openFiles: 1,
    processes: 1,
    neighbours: 1,
    nodeVersion: '24.1.0',
    udpMicroseconds: 25,
    kind,
  };
  return {
    version: 1,
    at: '2026-01-02T03:04:05.000Z',
    seed: 1,
    workers: 20,
    seconds: 1,
    machine,
    suites,
    comparison: null,
  };
}
