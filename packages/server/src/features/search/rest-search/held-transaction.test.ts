import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSearchWorld, type SearchWorld } from '../testing/search-world.ts';
import { type Reading, readHeld } from './held-transaction.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await createSearchWorld();
});
afterAll(() => world.close());

const long = 'x'.repeat(300_000);

function read(body: Reading<string>['body']) {
  return readHeld(world.magpie.database, world.siteAdmin(), async () => ({ head: 'head', body }));
}

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

/** A stream that tells when it was left. */
function endless(piece = long): { body: AsyncGenerator<string>; left: Promise<void> } {
  const { promise: left, resolve } = Promise.withResolvers<void>();
  async function* body() {
    try {
      for (;;) yield piece;
    } finally {
      resolve();
    }
  }
  return { body: body(), left };
}

describe('readHeld', () => {
  it('gathers what is short, and hands on what is long piece by piece', async () => {
    expect(await read(pieces('a', 'b'))).toEqual({ head: 'head', body: 'ab' });
    const { body } = await read(pieces('a', long, 'c'));
    const got: unknown[] = [];
    if (typeof body !== 'string') for await (const piece of body) got.push(piece);
    expect(got).toEqual(['a', long, 'c']);
  });

  it('throws what goes wrong before the first piece, and later failures to the reader', async () => {
    async function* failing(first: string): AsyncGenerator<string> {
      yield first;
      throw new Error('broken');
    }
    await expect(read(failing('short'))).rejects.toThrow('broken');
    const { body } = await read(failing(long));
    if (typeof body === 'string') throw new Error('expected pieces');
    const iterator = body[Symbol.asyncIterator]();
    expect((await iterator.next()).done).toBe(false);
    await expect(iterator.next()).rejects.toThrow('broken');
  });

  it('ends the transaction when the reader leaves, also before it began', async () => {
    for (const taken of [0, 1]) {
      const { body: source, left } = endless();
      const { body } = await read(source);
      if (typeof body === 'string') throw new Error('expected pieces');
      const iterator = body[Symbol.asyncIterator]();
      for (let n = 0; n < taken; n += 1) await iterator.next();
      await iterator.return?.();
      await left;
    }
  });

  it('gives its connection back when a reader leaves in the middle of a COPY', async () => {
    const { database } = world.magpie;
    for (let n = 0; n < 10; n += 1) {
      const { body } = await readHeld(database, world.siteAdmin(), async (tx) => ({
        head: null,
        body: texts(tx.copyOut(`select repeat('x', 1000) from generate_series(1, 100000)`)),
      }));
      if (typeof body === 'string') throw new Error('expected pieces');
      const iterator = body[Symbol.asyncIterator]();
      await iterator.next();
      await iterator.return?.();
    }
    expect(await database.asSystem('test', (tx) => tx.first('select 1 as one'))).toEqual({ one: 1 });
  });
});

describe('a slow reader', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Reads a piece every five seconds; how many it gets, and what ends it. */
  async function readSlowly(isStarved: boolean, length: number): Promise<{ got: number; error: unknown }> {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const { body: source, left } = endless('x'.repeat(length));
    const database = { ...world.magpie.database, isStarved: () => isStarved };
    const { body } = await readHeld(database, world.siteAdmin(), async () => ({ head: null, body: source }));
    if (typeof body === 'string') throw new Error('expected pieces');
    const iterator = body[Symbol.asyncIterator]();
    let got = 0;
    try {
      for (; got < 20; got += 1) {
        await iterator.next();
        await vi.advanceTimersByTimeAsync(5000);
      }
    } catch (error) {
      await left;
      return { got, error };
    }
    await iterator.return?.();
    await left;
    return { got, error: null };
  }

  it('is broken off, and told so, when others wait for its connection', async () => {
    const { got, error } = await readSlowly(true, 270_000);
    expect(got).toBeLessThan(5);
    expect(error).toMatchObject({ message: expect.stringContaining('too slow') });
  });

  it('may go on while nobody waits, or when it is just not quick', async () => {
    expect(await readSlowly(false, 270_000)).toEqual({ got: 20, error: null });
    vi.useRealTimers();
    expect(await readSlowly(true, 400_000)).toEqual({ got: 20, error: null });
  });

  it('that stalls is told that what it has is not all', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const { body: source, left } = endless();
    const { body } = await read(source);
    if (typeof body === 'string') throw new Error('expected pieces');
    const iterator = body[Symbol.asyncIterator]();
    await iterator.next();
    await vi.advanceTimersByTimeAsync(61_000);
    await left;
    await expect(iterator.next()).rejects.toThrow('too slow');
  });
});

async function* texts(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  for await (const chunk of chunks) yield chunk.toString('latin1').padEnd(300_000);
}
