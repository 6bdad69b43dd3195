import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { readDockerfile } from '../../drivers/docker/image/dockerfile.js';
import { inspectImage, ownBytesOf } from '../../drivers/docker/image/inspect-image.js';
import { version } from '../../drivers/docker/image/reference.js';
import { bundlePath } from '../../drivers/process/bundle.js';
import { EnvironmentError } from '../../errors.js';
import { importBaseImage } from '../support/base-image.js';
import { type ImageLab, imageLab } from '../support/image-lab.js';
import { rejectionOf } from '../support/stand-in.js';
import { until } from '../support/until.js';

/** Nothing listens there. */
const noRegistry = 'localhost:1/cqkd-no-such-image:1';

describe('the image of the nodes', function () {
  // A build sends 100 MB to the engine, which writes them twice.
  this.timeout(180_000);

  let lab: ImageLab | undefined;
  beforeEach(async function () {
    lab = await imageLab(this);
  });
  afterEach(async () => {
    await lab?.remove();
    lab = undefined;
  });

  const here = () => lab as ImageLab;
  const inspect = () => here().engine.docker.getImage(here().reference).inspect();
  const nothingLeft = () => until('nothing is left', async () => (await here().leftOvers()).length === 0);

  it('is built with no network, small, with the program and what it runs as', async () => {
    const steps: string[] = [];
    const { engine, reference, ensure, program, tags } = here();
    // A copy, since a build may replace it in the middle of this.
    const bundle = await program(await readFile(bundlePath(), 'utf8'));
    const built = await ensure({ bundle, onProgress: (step) => steps.push(step) });
    const { Id, Config, Size } = await inspect();
    expect(built).to.deep.equal({ image: reference, id: Id, from: 'offline', bytes: Size, built: true });
    expect(Size).to.be.within(50e6, 130e6);
    expect(await ownBytesOf(engine, Id)).to.be.within(100e3, 3e6);
    expect(Config.Labels).to.deep.include({
      'io.cqkd.bundle': createHash('sha256')
        .update(await readFile(bundle))
        .digest('hex'),
      'io.cqkd.dockerfile': readDockerfile().hash,
      'io.cqkd.version': version(),
      'io.cqkd.from': 'offline',
      'org.opencontainers.image.title': 'cqkd-dht-node',
      'org.opencontainers.image.version': version(),
    });
    expect(Config).to.deep.include({ User: '65532:65532', StopSignal: 'SIGTERM', WorkingDir: '/cqkd' });
    expect(await tags()).to.deep.equal([reference, reference.replace(/:1$/, ':latest')].sort());
    expect(steps[0]).to.equal(`image ${reference}, with this machine's Node`);
    expect(steps.some((step) => / step \d+ of \d+$/.test(step))).to.equal(true);
    await nothingLeft();
  });

  it('is left alone where it is there, and built anew for another program', async () => {
    const { engine, ensure, program } = here();
    const [one, two] = [await program('one'), await program('two')];
    const first = await ensure({ bundle: one });
    const layers = async () => (await inspect()).RootFS.Layers ?? [];
    const before = await layers();
    const again = await ensure({ bundle: one, from: 'auto', base: undefined });
    expect(again).to.deep.equal({ ...first, built: false });
    const second = await ensure({ bundle: two });
    expect(second.built).to.equal(true);
    expect(await inspectImage(engine, first.id)).to.equal(undefined);
    const after = await layers();
    expect(after.slice(0, -1)).to.deep.equal(before.slice(0, -1));
    expect(after.at(-1)).to.not.equal(before.at(-1));
    const forced = await ensure({ bundle: two, force: true });
    expect(forced.built).to.equal(true);
    await nothingLeft();
  });

  it('keeps an older one that a container has', async () => {
    const { engine, reference, ensure, program } = here();
    const first = await ensure({ bundle: await program('one') });
    const container = await engine.docker.createContainer({ Image: reference, NetworkDisabled: true });
    try {
      await ensure({ bundle: await program('two') });
      expect(await inspectImage(engine, first.id)).to.include({ id: first.id });
    } finally {
      await container.remove();
      await engine.docker.getImage(first.id).remove();
    }
  });

  it('takes Node from an image that is there', async () => {
    const { engine, reference, ensure, program, tags } = here();
    const base = reference.replace(':1', '-base:1');
    await importBaseImage(engine, ...(base.split(':') as [string, string]));
    const [one, two] = [await program('one'), await program('two')];
    const first = await ensure({ bundle: one, from: 'auto', base });
    expect(first).to.include({ from: 'registry', built: true });
    expect(first.bytes).to.be.within(50e6, 130e6);
    expect((await inspect()).Config.Labels).to.include({
      'io.cqkd.from': 'registry',
      'org.opencontainers.image.base.name': base,
    });
    const second = await ensure({ bundle: two, from: 'registry', base });
    expect(second.built).to.equal(true);
    expect(await ensure({ bundle: two, from: 'registry', base })).to.include({ built: false });
    expect(await ensure({ bundle: two, from: 'auto' })).to.include({ built: false, from: 'registry' });
    await nothingLeft();
    expect(await ensure({ bundle: two, from: 'offline' })).to.include({ built: true, from: 'offline' });
    expect(await tags()).to.include(base);
  });

  it('says on one line why a build failed, and leaves nothing', async () => {
    const { reference, ensure, program, tags } = here();
    const bundle = await program('one');
    const shell = reference.replace(':1', '-shell:1');
    await ensure({ reference: shell, bundle });
    const error = await rejectionOf(ensure({ bundle, from: 'registry', base: shell }));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.match(new RegExp(`^Docker can't build the image ${reference}: .*/bin/sh.*$`));
    expect(await tags()).to.deep.equal([shell, shell.replace(/:1$/, ':latest')].sort());
    await nothingLeft();
  });

  it('names a Node.js that it can not take into the image', async () => {
    const { execPath } = process;
    process.execPath = '/no/such/node';
    try {
      const error = await rejectionOf(here().ensure());
      expect(error).to.be.instanceOf(EnvironmentError);
      expect(error.message).to.match(/^Can't look at the Node\.js at \/no\/such\/node \(.*ENOENT\)$/);
    } finally {
      process.execPath = execPath;
    }
    await nothingLeft();
  });

  it('says that no registry can be reached, and does without one where it may', async () => {
    const { ensure, program, tags } = here();
    const bundle = await program('one');
    const error = await rejectionOf(ensure({ bundle, from: 'registry', base: noRegistry }));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.match(/^Docker can't fetch the image localhost:1\/\S+: .* --from offline$/);
    expect(await tags()).to.deep.equal([]);
    const steps: string[] = [];
    const onProgress = (step: string) => steps.push(step);
    expect(await ensure({ bundle, from: 'auto', base: noRegistry, onProgress })).to.include({
      from: 'offline',
    });
    expect(steps[0]).to.equal(`fetching the image ${noRegistry}`);
  });

  /** Steps yet to come; NaN before the first. */
  const stepsAfter = (text: string) => {
    const [, step, of] = /step (\d+) of (\d+)$/.exec(text) ?? [];
    return Number(of) - Number(step);
  };
  for (const [when, isThen] of [
    ['while it is sent', (text: string) => Number.isNaN(stepsAfter(text))],
    ['at its first step', (text: string) => stepsAfter(text) > 5],
    ['while the program is copied', (text: string) => stepsAfter(text) === 1],
  ] as const) {
    it(`leaves nothing when it is interrupted ${when}`, async () => {
      const { ensure, program, tags } = here();
      const controller = new AbortController();
      const { signal } = controller;
      const before = await ensure({ bundle: await program('before') });
      let hit = false;
      const error = await rejectionOf(
        ensure({
          bundle: await program('interrupted'),
          signal,
          onProgress: (text) => {
            hit ||= isThen(text);
            if (hit) controller.abort(new Error('enough'));
          },
        }),
      );
      expect(hit).to.equal(true);
      expect(error.message).to.equal('enough');
      await nothingLeft();
      expect((await inspect()).Id).to.equal(before.id);
      expect((await tags()).length).to.equal(2);
    });
  }
});
