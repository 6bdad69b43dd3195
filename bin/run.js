#!/usr/bin/env node
import { execute, settings } from '@oclif/core';

// What is installed runs from dist, whatever NODE_ENV says.
settings.enableAutoTranspile = false;

await execute({ dir: import.meta.url });
