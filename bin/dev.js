#!/usr/bin/env node
// Runs the command line from its TypeScript sources.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { register } from 'tsx/esm/api';
import { freshBundle } from '../scripts/fresh-bundle.mjs';

freshBundle();

// A manifest that an interrupted `npm pack` left behind would hide the sources.
const plugins = join(import.meta.dirname, '../plugins');
for (const plugin of readdirSync(plugins))
  rmSync(join(plugins, plugin, 'oclif.manifest.json'), { force: true });

register({ tsconfig: join(import.meta.dirname, '../tsconfig.json') });
const { execute } = await import('@oclif/core');
await execute({ development: true, dir: import.meta.url });
