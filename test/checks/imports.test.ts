import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { repository, temporaryFolder } from '../support/checkout.js';
import { run } from '../support/run.js';

const biome = join(repository, 'node_modules/@biomejs/biome/bin/biome');

/** What the linter, set up as in this repository, says of a tree that holds only these files. */
async function lint(files: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const folder = await temporaryFolder();
  try {
    for (const name of ['biome.json', '.gitignore'])
      await copyFile(join(repository, name), join(folder.path, name));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder.path, name)), { recursive: true });
      await writeFile(join(folder.path, name), text);
    }
    const { code, stdout, stderr } = await run(process.execPath, [biome, 'lint', '.'], { cwd: folder.path });
    return { code, said: stdout + stderr };
  } finally {
    await folder.remove();
  }
}

const importing = (name: string) => `import { something } from '${name}';\n\nsomething();\n`;

describe('the import direction root → plugins → src → node', () => {
  const forbidden = [
    ['node/src/example.ts', '@cqkd/harness'],
    ['node/src/example.ts', '@cqkd/plugin-deploy'],
    ['src/example.ts', '@cqkd/plugin-deploy'],
    ['plugins/verify/src/example.ts', '@cqkd/plugin-deploy'],
    ['plugins/deploy/src/commands/example.ts', '@cqkd/plugin-verify'],
    ['plugins/deploy/src/example.ts', '@cqkd/node'],
  ] as const;
  for (const [path, name] of forbidden) {
    it(`forbids ${name} in ${path}`, async () => {
      const { code, said } = await lint({ [path]: importing(name) });
      expect(said).to.include('noRestrictedImports');
      expect(code).to.equal(1);
    });
  }

  it('allows the packages below', async () => {
    const { code, said } = await lint({
      'src/one.ts': importing('@cqkd/node'),
      'src/two.ts': importing('@cqkd/node/control'),
      'plugins/deploy/src/one.ts': importing('@cqkd/harness'),
      'plugins/deploy/src/two.ts': importing('@cqkd/node/control'),
    });
    expect(code, said).to.equal(0);
  });

  it('forbids import cycles', async () => {
    const text = (other: string) =>
      `import { value as other } from './${other}.js';\n\nexport const value = () => other;\n`;
    const { code, said } = await lint({ 'src/one.ts': text('two'), 'src/two.ts': text('one') });
    expect(said).to.include('noImportCycles');
    expect(code).to.equal(1);
  });
});
