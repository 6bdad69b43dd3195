import chalk from 'chalk';
import type { ImageBuildResult } from '../services/image.js';
import { formatBytes, formatSeconds } from './format.js';

/** What image there is, and where it came from. */
export function renderImageBuild({ image, built, from, bytes, elapsedSeconds }: ImageBuildResult): string {
  const name = `${chalk.green('✔')} ${chalk.bold(`image ${image}`)}`;
  const size = formatBytes(bytes);
  if (!built) return `${name} is there, ${size}`;
  const source = from === 'offline' ? "this machine's Node" : 'a registry';
  return `${name} built from ${source}, ${size}, ${formatSeconds(elapsedSeconds)}`;
}
