import { expect } from 'chai';
import { NodeId, SeededRandom } from '../../../src/index.js';
import { HybridClock, MAX_AHEAD_MS } from '../../../src/kademlia/values/hybrid-clock.js';
import { Replaced } from '../../../src/kademlia/values/replaced.js';
import {
  DELETE_MARKER,
  MARKER_LIFETIME_MS,
  Storage,
  VALUE_LIFETIME_MS,
} from '../../../src/kademlia/values/storage.js';
import { StorageBudget } from '../../../src/kademlia/values/storage-budget.js';
import { compareVersions, digestOf, Version } from '../../../src/kademlia/values/version.js';
import { pack } from '../../../src/wire/message-pack.js';
import { VirtualClock } from '../../../src/wire/virtual-clock.js';

const KEY = NodeId.fromName('key');
const NODE = NodeId.fromName('node');
const [A, B, C] = ['a', 'b', 'c'].map(pack) as [Uint8Array, Uint8Array, Uint8Array];

describe('versions', () => {
  const stamp = (timeMs: number, counter = 0, writer = 1) => ({
    timeMs,
    counter,
    writer: new Uint8Array(8).fill(writer),
  });

  it('are ordered by time, then counter, then writer, then value', () => {
    const ordered = [
      Version.of(B, stamp(1000)),
      Version.of(A, stamp(2 ** 40)),
      Version.of(A, stamp(2 ** 40, 1)),
      Version.of(A, stamp(2 ** 40, 1, 2)),
      Version.of(A, stamp(2 ** 40 + 1)),
    ];
    for (const [i, version] of ordered.entries())
      for (const [j, other] of ordered.entries())
        expect(compareVersions(version, other), `${i} ${j}`).to.equal(Math.sign(i - j));
    expect(compareVersions(Version.of(A, stamp(1)), Version.of(B, stamp(1)))).to.not.equal(0);
    expect(compareVersions(undefined, ordered[0])).to.equal(-1);
    expect(compareVersions(undefined, undefined)).to.equal(0);
  });

  it('hold what they were made of', () => {
    const version = Version.of(A, stamp(1_764_547_200_123, 65_535));
    expect(version.timeMs).to.equal(1_764_547_200_123);
    expect(version.counter).to.equal(65_535);
    expect([...version.digest]).to.deep.equal([...digestOf(A)]);
  });
});

describe('a hybrid clock', () => {
  const writer = NODE.bytes;

  it('gives growing versions, also when the time of day is set back', () => {
    let wallMs = 1_000_000;
    const clock = new HybridClock(() => wallMs, writer);
    const versions: Version[] = [];
    for (const step of [0, 0, 5, -86_400_000, 0, 86_400_000, 1]) {
      wallMs += step;
      versions.push(clock.next(A));
    }
    for (let i = 1; i < versions.length; i++)
      expect(compareVersions(versions[i], versions[i - 1]), `${i}`).to.equal(1);
  });

  it('gives larger versions than it has learned, and believes none that is too far ahead', () => {
    const clock = new HybridClock(() => 1_000_000, writer);
    const ahead = Version.of(B, { timeMs: 1_000_000 + MAX_AHEAD_MS, counter: 7, writer });
    expect(clock.learn(ahead)).to.equal(true);
    expect(compareVersions(clock.next(A), ahead)).to.equal(1);
    expect(clock.learn(Version.of(B, { timeMs: 1_000_001 + MAX_AHEAD_MS, counter: 0, writer }))).to.equal(
      false,
    );
  });

  it('goes on when the counter is full', () => {
    const clock = new HybridClock(() => 5, writer);
    clock.learn(Version.of(A, { timeMs: 5, counter: 65_535, writer }));
    expect(clock.next(A).timeMs).to.equal(6);
  });
});

describe('digests of replaced values', () => {
  it('are kept in a bounded number, the latest, and travel as far as there is room', () => {
    const replaced = new Replaced();
    for (let i = 0; i < 100; i++) replaced.add(digestOf(pack(i)), i * 1000);
    expect(replaced.size).to.equal(48);
    expect(replaced.has(digestOf(pack(51)))).to.equal(false);
    expect(replaced.has(digestOf(pack(52)))).to.equal(true);
    expect(replaced.pack(1000).length).to.equal(16 * 8);
    expect([...replaced.pack(15)]).to.deep.equal([...digestOf(pack(99))]);
    const other = new Replaced();
    other.addAll(replaced.pack(1000), 0);
    expect(other.has(digestOf(pack(84)))).to.equal(true);
    replaced.expire(90_000);
    expect(replaced.size).to.equal(10);
    expect(replaced.latestMs).to.equal(99_000);
  });

  it('are not pushed out by what others tell', () => {
    const replaced = new Replaced();
    for (let i = 0; i < 48; i++) replaced.add(digestOf(pack(i)), 0);
    for (let i = 0; i < 50; i++) replaced.addAll(Buffer.concat([digestOf(pack(`told ${i}`))]), 0);
    expect(replaced.size).to.equal(64);
    for (let i = 0; i < 48; i++) expect(replaced.has(digestOf(pack(i)))).to.equal(true);
    const many = Buffer.concat(Array.from({ length: 60 }, (_, i) => digestOf(pack(`more ${i}`))));
    replaced.addAll(many, 0);
    expect(replaced.size).to.equal(64);
  });
});

describe('storage', () => {
  let clock: VirtualClock;
  let storage: Storage;
  let versions: HybridClock;

  const create = (limitBytes = 1 << 20) => new StorageBudget(limitBytes);
  const copyOf = (bytes: Uint8Array, ageMs = 0) => ({ bytes, version: versions.next(bytes), ageMs });
  const text = () => storage.get(KEY) && Buffer.from(storage.get(KEY)!.bytes.subarray(1)).toString();

  beforeEach(() => {
    clock = new VirtualClock();
    storage = new Storage(NODE, { clock, random: new SeededRandom(1), storageBudget: create() });
    versions = new HybridClock(() => clock.wallMs(), NODE.bytes);
  });

  it('keeps the newest copy, in whatever order they come', () => {
    const copies = [A, B, C].map((bytes) => copyOf(bytes));
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [0, 2, 1],
    ]) {
      storage.delete(KEY);
      for (const i of order) storage.offer(KEY, copies[i]!);
      expect(text(), String(order)).to.equal('c');
      for (const bytes of [A, B]) expect(storage.offerPlain(KEY, bytes), `${order}`).to.equal('replaced');
    }
    expect(storage.offer(KEY, copies[2]!)).to.equal('known');
    expect(storage.offer(KEY, copies[0]!)).to.equal('older');
  });

  it('takes a value again that was replaced, when it is written again', () => {
    for (const bytes of [A, B, A]) storage.offer(KEY, copyOf(bytes));
    expect(text()).to.equal('a');
    expect(storage.offerPlain(KEY, A)).to.equal('same');
    expect(storage.offerPlain(KEY, B)).to.equal('replaced');
  });

  it('keeps a plain value apart until its version is known', () => {
    storage.offer(KEY, copyOf(A));
    expect(storage.offerPlain(KEY, B)).to.equal('unknown');
    expect(text()).to.equal('a');
    expect(storage.plain(KEY)).to.deep.equal(B);
    expect(storage.waiting().map(({ hex }) => hex)).to.deep.equal([KEY.hex]);
    storage.offer(KEY, copyOf(B));
    expect(text()).to.equal('b');
    expect(storage.waiting()).to.deep.equal([]);
  });

  it('drops a plain value that turns out to be replaced', () => {
    storage.offerPlain(KEY, A);
    storage.offer(KEY, { ...copyOf(B), replaced: digestOf(A) });
    expect(storage.plain(KEY)).to.deep.equal(B);
  });

  it('believes a guessed version only until it learns that its value was replaced', () => {
    storage.offer(KEY, copyOf(A));
    storage.offer(KEY, copyOf(B));
    const guess = { bytes: A, version: versions.next(A, true), ageMs: 0 };
    expect(guess.version.isGuess).to.equal(true);
    expect(storage.offer(KEY, guess)).to.equal('older');
    expect(text()).to.equal('b');
    storage.delete(KEY);
    storage.offer(KEY, guess);
    const written = copyOf(B);
    const earlier = {
      ...written,
      version: new Version(written.version.bytes.map((byte, i) => (i === 5 ? 0 : byte))),
    };
    expect(storage.offer(KEY, { ...earlier, replaced: digestOf(A) })).to.equal('kept');
    expect(text()).to.equal('b');
  });

  it('keeps the value of a health check for a minute, and asks nobody for its version', async () => {
    storage.offerPlain(KEY, A, { isProbe: true });
    expect(storage.waiting()).to.deep.equal([]);
    await clock.advance(61_000);
    storage.expire();
    expect(storage.size).to.equal(0);
  });

  it('keeps the marker of a deleted key longer than what it deletes', async () => {
    const marker = pack(DELETE_MARKER);
    storage.offer(KEY, copyOf(A));
    storage.offer(KEY, copyOf(marker));
    await clock.advance(VALUE_LIFETIME_MS);
    expect(storage.get(KEY)?.bytes).to.deep.equal(marker);
    await clock.advance(MARKER_LIFETIME_MS - VALUE_LIFETIME_MS);
    expect(storage.get(KEY)).to.equal(undefined);
    expect(storage.offer(KEY, copyOf(A, VALUE_LIFETIME_MS))).to.equal('refused');
  });

  it('takes no more memory than it may, and of the largest sender first', () => {
    const budget = create(100_000);
    const nodes = [1, 2, 3].map((i) => NodeId.fromName(`node ${i}`));
    const stores = nodes.map(
      (id) => new Storage(id, { clock, random: new SeededRandom(1), storageBudget: budget }),
    );
    const mine = Array.from({ length: 10 }, (_, i) => NodeId.fromName(`mine ${i}`));
    for (const key of mine) stores[0]!.offer(key, copyOf(new Uint8Array(700)), '10.0.0.1');
    for (let i = 0; i < 1000; i++)
      stores[i % 3]!.offer(NodeId.fromName(`flood ${i}`), copyOf(new Uint8Array(2000)), '10.0.0.66');
    expect(budget.usedBytes).to.be.within(90_000, 100_000);
    expect(budget.evicted).to.be.above(100);
    for (const key of mine) expect(stores[0]!.get(key)).to.not.equal(undefined);
    for (const store of stores) for (const { key } of store.values()) store.delete(key);
    expect(budget.usedBytes).to.equal(0);
  });

  it('refuses what lies farther from its node than what is there', () => {
    storage = new Storage(NODE, { clock, random: new SeededRandom(1), storageBudget: create(6500) });
    const near = Array.from({ length: 3 }, (_, i) => {
      const bytes = NODE.bytes;
      bytes[19] = (bytes[19] as number) ^ (i + 1);
      return new NodeId(bytes);
    });
    for (const key of near) storage.offer(key, copyOf(new Uint8Array(600)));
    const far = NODE.bytes;
    far[0] = (far[0] as number) ^ 128;
    expect(storage.offer(new NodeId(far), copyOf(new Uint8Array(600)))).to.equal('refused');
    expect(storage.size).to.equal(3);
  });
});
