import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { repository } from '../checkout.js';

/** What an installed `cqkd` runs. */
const folders = ['src', 'node/src', 'plugins'];
const leftOut = ['**/node_modules', '**/dist', '**/test'];
/** The packages of this repository. */
const packages: Record<string, string> = {
  '@cqkd/harness': 'src/index.ts',
  '@cqkd/node': 'node/src/index.ts',
  '@cqkd/node/control': 'node/src/control/index.ts',
};

/** Sources, and what tells where a name of them comes from. */
export interface Sources {
  files: readonly ts.SourceFile[];
  checker: ts.TypeChecker;
}

/** Reads the sources of all packages. Third-party packages are left aside: names of theirs lead nowhere. */
export function readSources(): Sources {
  const names = folders.flatMap((folder) => ts.sys.readDirectory(join(repository, folder), ['.ts'], leftOut));
  return sourcesOf(names);
}

/** Reads these files, and those of the repository that they import. */
export function sourcesOf(names: readonly string[]): Sources {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.ESNext,
    strict: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => {
      const path = packages[text] ? join(repository, packages[text]) : ownPath(text, from);
      const found = path !== undefined && ts.sys.fileExists(path);
      return {
        resolvedModule: found ? { resolvedFileName: path, extension: ts.Extension.Ts } : undefined,
      };
    });
  const program = ts.createProgram([...names], options, host);
  const wanted = new Set(names);
  return {
    files: program.getSourceFiles().filter(({ fileName }) => wanted.has(fileName)),
    checker: program.getTypeChecker(),
  };
}

function ownPath(specifier: string, from: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return resolve(dirname(from), specifier.replace(/\.js$/, '.ts'));
}

/** Where a piece of the sources stands, as `path:line` from the top of the repository. */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${pathOf(file)}:${line + 1}`;
}

export function pathOf({ fileName }: ts.SourceFile): string {
  return relative(repository, fileName);
}
