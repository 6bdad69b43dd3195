import { higher } from './figures.js';
import { processSuite } from './in-processes.js';

export const codec = processSuite({
  id: 'codec',
  title: 'Codec',
  about:
    'Messages that are encoded and decoded in a second of CPU time: find_node, and its answer of 20 contacts.',
  seconds: 20,
  noise: 0.015,
  steady: true,
  work: 'codec',
  repetitions: { min: 8, max: 8 },
  figures: higher(
    'codec',
    ['encode_request', 'Request encoded', 'per_second'],
    ['decode_request', 'Request decoded', 'per_second'],
    ['encode_answer', 'Answer encoded', 'per_second'],
    ['decode_known', 'Answer decoded, contacts known', 'per_second'],
    ['decode_unknown', 'Answer decoded, contacts unknown', 'per_second'],
  ),
});
