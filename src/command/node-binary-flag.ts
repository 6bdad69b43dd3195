import { Flags } from '@oclif/core';

/** The Node.js that hosts run on, where it is not the one that runs this program. */
export const nodeBinaryFlag = {
  'node-binary': Flags.string({
    env: 'CQKD_NODE_BINARY',
    helpValue: 'PATH',
    summary: 'Node.js that the hosts run on, 20.19 or later; by default the one that runs cqkd.',
  }),
};
