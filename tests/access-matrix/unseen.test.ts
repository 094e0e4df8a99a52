import { startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askAroundHiding, type UnseenResult } from './unseen.ts';
import { makeUnseenWorld } from './unseen-world.ts';

let magpie: TestMagpie;
let result: UnseenResult;

beforeAll(async () => {
  magpie = await startTestMagpie();
  result = await askAroundHiding(await makeUnseenWorld(magpie));
}, 400_000);
afterAll(() => magpie?.stop());

describe('what others hide, for users, administrators of organisations and sync accounts', () => {
  it('stands in no answer', () => {
    expect(result.shown).toEqual([]);
  });

  it('changes no answer: no count, no order, no correlation, no header', () => {
    expect(result.changed).toEqual([]);
  });

  it('was asked about in ways that are answered', () => {
    expect(result.answered).toBeGreaterThan(result.asked * 0.65);
  });
});
