import { startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askAroundHiding, type UnseenResult } from './unseen.ts';
import { hideUnpublished } from './unseen-secrets.ts';
import { makeUnseenWorld } from './unseen-world.ts';

let magpie: TestMagpie;
let result: UnseenResult;

beforeAll(async () => {
  magpie = await startTestMagpie();
  await magpie.admin.post('/servers/serverSettingsEdit/MISP.unpublishedprivate', { value: true });
  const world = await makeUnseenWorld(magpie);
  result = await askAroundHiding(world, { hideThings: hideUnpublished, askers: ['user', 'sync'] });
}, 400_000);
afterAll(() => magpie?.stop());

describe('events that nobody has published, where those are for their owner alone', () => {
  it('stand in no answer', () => {
    expect(result.shown).toEqual([]);
  });

  it('change no answer', () => {
    expect(result.changed).toEqual([]);
  });

  it('were asked about in ways that are answered', () => {
    expect(result.answered).toBeGreaterThan(result.asked * 0.65);
  });
});
