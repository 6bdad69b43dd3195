import { expect } from 'chai';
import { openEngine } from '../../drivers/docker/engine/engine.js';
import { removeLeftOvers } from '../../drivers/docker/image/left-overs.js';
import { rejectionOf } from '../support/stand-in.js';
import { type EngineAnswer, type StandInEngine, standInEngine } from '../support/stand-in-engine.js';

describe('what builds have left in an engine', () => {
  let standIn: StandInEngine;
  let filters: unknown;
  /** What the engine says to the removal of an image. */
  let answers: Record<string, EngineAnswer>;
  const now = Math.floor(Date.now() / 1000);
  const images = [
    { Id: 'sha256:aaaaaaaaaaaa1111', Created: now },
    { Id: 'sha256:bbbbbbbbbbbb2222', Created: now - 60 },
    { Id: 'sha256:cccccccccccc3333', Created: now - 7200 },
    { Id: 'sha256:dddddddddddd4444', Created: now - 7200 },
  ];
  beforeEach(async () => {
    answers = {};
    standIn = await standInEngine((method, path, { query }) => {
      if (path === '/images/json') {
        filters = JSON.parse(query.get('filters') ?? '');
        return { body: images };
      }
      return method === 'DELETE' ? (answers[path.replace('/images/', '')] ?? { body: [] }) : undefined;
    });
  });
  afterEach(() => standIn.close());

  const remove = async () =>
    removeLeftOvers(await openEngine(standIn.environment), new Set(['aaaaaaaaaaaa']));
  const removed = () => standIn.requests.filter((request) => request.startsWith('DELETE'));

  it('is removed when this build has made it, or when it is old', async () => {
    answers = {
      'sha256:aaaaaaaaaaaa1111': { status: 404, body: { message: 'no such image' } },
      'sha256:cccccccccccc3333': { status: 409, body: { message: 'image is being used' } },
    };
    await remove();
    expect(filters).to.deep.equal({ dangling: ['true'], label: ['io.cqkd.image'] });
    expect(removed()).to.deep.equal([
      'DELETE /images/sha256:aaaaaaaaaaaa1111',
      'DELETE /images/sha256:cccccccccccc3333',
      'DELETE /images/sha256:dddddddddddd4444',
    ]);
  });

  it('is told of when it can not be removed', async () => {
    answers = { 'sha256:cccccccccccc3333': { status: 500, body: { message: 'input/output error' } } };
    expect((await rejectionOf(remove())).message).to.match(
      /remove the image sha256:cc.*: input\/output error/,
    );
  });
});
