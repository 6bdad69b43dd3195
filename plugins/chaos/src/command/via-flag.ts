import { Flags } from '@oclif/core';

/** Who makes a cut. */
export const viaFlag = () =>
  Flags.option({ options: ['kernel', 'node'] as const })({
    summary: "The kernel below the nodes, or the nodes' own filter; by default the kernel where it can.",
  });
