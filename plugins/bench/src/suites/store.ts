import { higher, lower, told } from './figures.js';
import { processSuite } from './in-processes.js';

export const store = processSuite({
  id: 'store',
  title: 'Store',
  about: 'Values of 100 characters that random nodes write and others read in one process, 16 at a time.',
  seconds: 20,
  noise: 0.1,
  work: 'store',
  repetitions: { min: 6, max: 6 },
  figures: [
    ...higher('udp', ['writes', 'Values written', 'per_second'], ['reads', 'Values read', 'per_second']),
    ...lower('udp', ['write_p50', 'Write, p50', 'ms'], ['read_p50', 'Read, p50', 'ms']),
    ...told(['write_p95', 'Write, p95', 'ms'], ['read_p95', 'Read, p95', 'ms']),
    ...higher(
      null,
      ['replicas', 'Nodes that took a value', 'count'],
      ['success', 'Values read back', 'percent'],
    ),
  ],
  histograms: [
    { id: 'write', title: 'Write', unit: 'ms' },
    { id: 'read', title: 'Read', unit: 'ms' },
  ],
});
