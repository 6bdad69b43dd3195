import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EnvironmentError } from '../errors.js';

const folderName = 'compose-templates';
/** The package that ships the templates. */
const shippedBy = 'cqkd';

/**
 * The templates that come with cqkd: beside the package.json of the nearest `cqkd` above this file, which is the
 * repository in a clone, and the installed package elsewhere, in which this one lies bundled.
 *
 * @throws EnvironmentError when they are missing
 */
export function shippedTemplates(from = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const templates = join(folder, folderName);
    if (existsSync(templates) && nameOfPackage(folder) === shippedBy) return templates;
    if (dirname(folder) === folder) break;
  }
  throw new EnvironmentError(
    `${folderName} is missing from the installation above ${from}: install cqkd again, or name a folder with --templates`,
  );
}

function nameOfPackage(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown }).name;
  } catch {
    return undefined;
  }
}
