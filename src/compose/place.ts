import { UsageError } from '../errors.js';

/** Where in a Compose file something stands: what an error about it names. */
export class Place {
  constructor(
    readonly file: string,
    readonly name = '',
    private readonly path: readonly string[] = [],
  ) {}

  /** A service, network or the like of the file. */
  of(name: string): Place {
    return new Place(this.file, name);
  }

  at(key: string | number): Place {
    return new Place(this.file, this.name, [...this.path, String(key)]);
  }

  /** An error about a value that is not what the key takes. */
  takes(expected: string, value: unknown): UsageError {
    return this.error(`takes ${expected}, got ${JSON.stringify(value) ?? 'nothing'}`);
  }

  error(message: string): UsageError {
    const place = [this.file, this.name, this.path.join('.')].filter(Boolean).join(': ');
    return new UsageError(`${place} ${message}`);
  }
}
