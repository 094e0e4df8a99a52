import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRatchet } from './ratchet.ts';
import { hasRecording, readRecording } from './recording.ts';
import { summary } from './report.ts';
import { type Result, replay } from './run.ts';
import { startTarget } from './target.ts';

describe.skipIf(!hasRecording())('recorded exchanges', () => {
  let target: Awaited<ReturnType<typeof startTarget>>;
  let results: readonly Result[];

  beforeAll(async () => {
    target = await startTarget({});
    results = await replay(readRecording(), target);
  }, 300_000);

  afterAll(() => target.stop());

  it('pass where they passed before', () => {
    const ratchet = new Set(readRatchet());
    const lost = results.filter((result) => ratchet.has(result.exchange.id) && result.outcome !== 'pass');
    expect(lost.map((result) => `${result.exchange.id}: ${summary(result)}`)).toEqual([]);
  });
});
