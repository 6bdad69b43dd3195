import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import * as z from 'zod/mini';
import { EnvironmentError, messageOf, systemCode } from '../../errors.js';
import { writeFileAtomic } from '../../state/files.js';

const unitSchema = z.object({
  name: z.string(),
  kind: z.enum(['coordinator', 'host']),
  /** Null from the moment it is about to start until its process is known. */
  pid: z.nullable(z.int()),
  started: z.nullable(z.string()),
});
const tableSchema = z.object({ version: z.literal(1), units: z.array(unitSchema) });

/** One unit with the process that runs it. */
export type UnitRecord = z.infer<typeof unitSchema>;

/** The processes of a network, on disk. */
export class ProcessTable {
  constructor(private readonly path: string) {}

  /** @throws EnvironmentError when the file is corrupt */
  read(): UnitRecord[] {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw new EnvironmentError(`Can't read ${this.path} (${messageOf(error)})`);
    }
    try {
      return tableSchema.parse(JSON.parse(text)).units;
    } catch {
      const network = basename(dirname(this.path));
      throw new EnvironmentError(
        `${this.path} is corrupt: end the network with cqkd down --force -n ${network}`,
      );
    }
  }

  write(units: readonly UnitRecord[]): void {
    writeFileAtomic(this.path, JSON.stringify({ version: 1, units }), 0o600);
  }
}
