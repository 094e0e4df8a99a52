import { describe, expect, it } from 'vitest';
import { TooManyRequests } from '../errors.ts';
import { createGate } from './gate.ts';

describe('a gate', () => {
  it('lets so many through at once, the others in their order', async () => {
    const gate = createGate({ atOnce: 2, perKey: 1 });
    const [running, order]: [Set<number>, number[]] = [new Set(), []];
    const ends = new Map<number, () => void>();
    const work = (key: number) =>
      gate.run(key, async () => {
        running.add(key);
        order.push(key);
        await new Promise<void>((end) => ends.set(key, end));
        running.delete(key);
      });
    const all = [1, 2, 3, 4].map(work);
    await Promise.resolve();
    expect([...running]).toEqual([1, 2]);
    for (const key of [2, 1, 3, 4]) {
      await expect.poll(() => ends.has(key)).toBe(true);
      expect(running.size).toBeLessThanOrEqual(2);
      ends.get(key)?.();
    }
    await Promise.all(all);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('refuses a key that has its share under way, and takes it again afterwards', async () => {
    const gate = createGate({ atOnce: 5, perKey: 1 });
    const first = gate.run('ann', () => Promise.reject(new Error('broken')));
    await expect(gate.run('ann', async () => 'second')).rejects.toThrow(TooManyRequests);
    expect(await gate.run('bob', async () => 'other')).toBe('other');
    await expect(first).rejects.toThrow('broken');
    expect(await gate.run('ann', async () => 'third')).toBe('third');
  });
});
