import { lower, told } from './figures.js';
import { processSuite } from './in-processes.js';

export const memory = processSuite({
  id: 'memory',
  title: 'Memory',
  about:
    'What one node adds to the memory of a fresh process that runs all of them, after two lookups a node.',
  seconds: 14,
  noise: 0.03,
  work: 'memory',
  repetitions: { min: 5, max: 6 },
  figures: [
    ...lower(
      null,
      ['resident', 'Resident, after a collection', 'bytes'],
      ['heap', 'JavaScript heap and buffers', 'bytes'],
    ),
    ...told(
      ['at_work', 'Resident, before a collection', 'bytes'],
      ['contacts', 'Contacts it knows', 'count'],
    ),
  ],
});
