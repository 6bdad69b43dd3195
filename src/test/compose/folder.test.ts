import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { requireWritable, writeFiles } from '../../compose/folder.js';
import { heading } from '../../compose/render.js';
import { EnvironmentError, UsageError } from '../../errors.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

describe('the folder of a rendered deployment', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const put = (name: string, text: string) => writeFileSync(join(folder.path, name), text);
  const refuse = (message: string, force = false) =>
    expect(() => requireWritable(folder.path, 'trial', force)).to.throw(UsageError, message);

  it('is made when it is missing, and holds the token for its owner alone', () => {
    const path = join(folder.path, 'a/b');
    requireWritable(path, 'trial', false);
    const files = writeFiles(path, { compose: 'c', variables: 'v' });
    expect(files).to.deep.equal([join(path, 'docker-compose.yml'), join(path, '.env')]);
    expect(files.map((file) => readFileSync(file, 'utf8'))).to.deep.equal(['c', 'v']);
    expect(statSync(join(path, '.env')).mode & 0o777).to.equal(0o600);
  });

  it('keeps the token to its owner where another file was before', () => {
    put('.env', 'old');
    chmodSync(join(folder.path, '.env'), 0o644);
    writeFiles(folder.path, { compose: 'c', variables: 'v' });
    expect(statSync(join(folder.path, '.env')).mode & 0o777).to.equal(0o600);
  });

  for (const file of ['docker-compose.yml', '.env']) {
    it(`may be written over where ${file} is of this network`, () => {
      put(file, `${heading('trial')}rest`);
      requireWritable(folder.path, 'trial', false);
    });

    for (const text of ['services: {}', '', heading('other'), heading('trial-2')]) {
      it(`is refused where ${file} is not ours: ${JSON.stringify(text)}`, () => {
        put(file, text);
        refuse(`${join(folder.path, file)} is there and not of this network`);
        requireWritable(folder.path, 'trial', true);
      });
    }
  }

  for (const rival of ['compose.yaml', 'docker-compose.override.yml']) {
    it(`is refused where Compose would read ${rival}, even with --force`, () => {
      put(rival, 'services: {}');
      refuse(`${join(folder.path, rival)} is there, which Compose would read too`);
      refuse(`${join(folder.path, rival)} is there`, true);
    });
  }

  it('is refused where nothing can be written', () => {
    put('file', '');
    const path = join(folder.path, 'file/below');
    expect(() => writeFiles(path, { compose: 'c', variables: 'v' })).to.throw(EnvironmentError, 'ENOTDIR');
    mkdirSync(join(folder.path, '.env'));
    const write = () => writeFiles(folder.path, { compose: 'c', variables: 'v' });
    expect(write).to.throw(EnvironmentError, `Can't write ${join(folder.path, '.env')}`);
    expect(() => writeFiles('/proc/cqkd/x', { compose: 'c', variables: 'v' })).to.throw(EnvironmentError);
    expect(existsSync('/proc/cqkd')).to.equal(false);
  });
});
