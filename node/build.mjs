// Bundles the node into one file, dist/cqkd-node.cjs: what the drivers start.
//
// One minified file, because a host process must be lean: unbundled, the same libraries cost some 30 MB a process.
// Dynamic imports stay lazy inside the file. The licences of the libraries in it are kept beside it.
//
// usage: node build.mjs [ENTRY OUTFILE]
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const [entry = join(here, 'src/main.ts'), outfile = join(here, 'dist/cqkd-node.cjs')] = process.argv.slice(2);

const { metafile, outputFiles } = await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'eof',
  logLevel: 'warning',
  metafile: true,
  write: false,
  absWorkingDir: here,
}).catch(() => process.exit(1)); // esbuild has said why
await mkdir(dirname(outfile), { recursive: true });
// A host may be starting from the file at this moment: it must see the old one or the new one.
const unfinished = `${outfile}.${process.pid}`;
await writeFile(unfinished, outputFiles[0].contents);
await rename(unfinished, outfile);
await writeFile(outfile.replace(/\.cjs$/, '.licences.txt'), await licences(Object.keys(metafile.inputs)));

/** The licence texts of the packages that the bundled files come from. */
async function licences(inputs) {
  const folders = inputs.map(
    (input) => join(here, input).match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0],
  );
  const texts = [];
  for (const folder of [...new Set(folders.filter(Boolean))].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const file = (await readdir(folder)).find((entryName) => /^licen[cs]e/i.test(entryName));
    texts.push(
      `${name} ${version} (${license})\n\n${file ? await readFile(join(folder, file), 'utf8') : ''}`,
    );
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
