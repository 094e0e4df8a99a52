import { describe, expect, it } from 'vitest';
import { createPlaces } from './places.ts';

const bounds = { atOnce: 2, ofUser: 1, waiting: 3, waitingOfUser: 2, waitMs: 60_000 };

/** What has been admitted so far, in order. */
function watched() {
  const places = createPlaces(bounds);
  const admitted: string[] = [];
  const leave = new Map<string, () => void>();
  const enter = (name: string, userId: number) =>
    places.enter(userId).then((done) => {
      admitted.push(name);
      leave.set(name, done);
    });
  return { places, admitted, enter, leave: (name: string) => leave.get(name)?.() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('places', () => {
  it('let each user have one, and others in before his second', async () => {
    const { admitted, enter, leave } = watched();
    void enter('a1', 1);
    void enter('a2', 1);
    void enter('b1', 2);
    void enter('c1', 3);
    await settled();
    expect(admitted).toEqual(['a1', 'b1']);
    leave('b1');
    await settled();
    expect(admitted).toEqual(['a1', 'b1', 'c1']);
    leave('a1');
    leave('a1');
    await settled();
    expect(admitted).toEqual(['a1', 'b1', 'c1', 'a2']);
  });

  it('refuse a user who waits too often, and everybody when too many wait', async () => {
    const { enter, places } = watched();
    void enter('a1', 1);
    void enter('b1', 2);
    void enter('a2', 1);
    void enter('a3', 1);
    await settled();
    await expect(places.enter(1)).rejects.toMatchObject({ status: 429 });
    void enter('c1', 3);
    await expect(places.enter(4)).rejects.toMatchObject({ status: 503 });
  });

  it('refuse who waited too long, and keep the place for the next', async () => {
    const places = createPlaces({ ...bounds, atOnce: 1, waitMs: 10 });
    const leave = await places.enter(1);
    await expect(places.enter(2)).rejects.toMatchObject({ status: 503 });
    leave();
    await expect(places.enter(3)).resolves.toBeTypeOf('function');
  });

  it('let a user wait for whom nothing runs, even where nobody may wait beyond that', async () => {
    const places = createPlaces({ ...bounds, atOnce: 1, waitingOfUser: 0 });
    const leave = await places.enter(1);
    const second = places.enter(2);
    await expect(places.enter(2)).rejects.toMatchObject({ status: 429 });
    leave();
    await expect(second).resolves.toBeTypeOf('function');
  });

  it('are free again when work in them fails', async () => {
    const places = createPlaces({ ...bounds, atOnce: 1 });
    await expect(places.run(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(places.run(2, async () => 'done')).resolves.toBe('done');
  });
});
