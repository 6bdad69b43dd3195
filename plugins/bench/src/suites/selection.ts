import { higher, told } from './figures.js';
import { processSuite } from './in-processes.js';

export const selection = processSuite({
  id: 'selection',
  title: 'Selection of bootstrap nodes',
  about: 'Choices a second of CPU time, for each strategy, with one bootstrap node to ten workers.',
  seconds: 16,
  noise: 0.015,
  steady: true,
  work: 'selection',
  repetitions: { min: 8, max: 8 },
  figures: [
    ...higher(
      'codec',
      ['round_robin', 'Round robin', 'per_second'],
      ['least_loaded', 'Least loaded', 'per_second'],
      ['priority', 'Priority', 'per_second'],
      ['random', 'Random', 'per_second'],
    ),
    ...told(['crowding', 'Fullest of the bootstrap nodes against the mean, least loaded', 'ratio']),
  ],
});
