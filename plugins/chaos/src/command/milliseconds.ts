import { parseDuration } from '@cqkd/harness';
import { Flags } from '@oclif/core';

/** A flag that takes a duration, like `100ms`; its value is in milliseconds. */
export const milliseconds = Flags.custom<number>({ parse: async (text) => parseDuration(text) * 1000 });
