import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestMagpie, type TestMagpie } from './test-magpie.ts';

let magpie: TestMagpie;
let peer: TestMagpie;

beforeAll(async () => {
  [magpie, peer] = await Promise.all([startTestMagpie(), startTestMagpie()]);
});

afterAll(() => Promise.all([magpie.stop(), peer.stop()]));

describe('startTestMagpie', () => {
  it('answers the known administrator key and refuses others', async () => {
    expect((await magpie.admin.get('/events/index')).status).toBe(200);
    expect((await magpie.client('x'.repeat(40)).get('/events/index')).status).toBe(403);
    expect((await magpie.client(null).get('/events/index')).status).toBe(403);
  });

  it('gives a peer of its own at the second call', async () => {
    expect(peer.url).not.toBe(magpie.url);
    expect(peer.databaseUrl).not.toBe(magpie.databaseUrl);
    expect((await peer.admin.get('/events/index')).status).toBe(200);
  });
});
