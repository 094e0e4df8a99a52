import { databaseDigest, makeAttribute, makeEvent, makeUser, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOperations } from '../app.ts';

let magpie: TestMagpie;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const event = await makeEvent(magpie.admin, { Tag: [{ name: 'a:tag' }] });
  await makeAttribute(magpie.admin, event.id);
  await makeUser(magpie.admin);
});
afterAll(() => magpie.stop());

/** Every path of every operation, with ids that exist for its arguments. */
function everyPath(): string[] {
  const paths = allOperations(magpie.magpie).flatMap(({ path, aliases = [] }) => [
    path,
    ...aliases.map((alias) => (typeof alias === 'string' ? alias : alias.path)),
  ]);
  const filled = paths.map((path) => path.replaceAll(/\{\w+\??\}/g, '1'));
  return [...new Set([...filled, ...paths.map((path) => path.replace(/\/\{.*$/, ''))])];
}

async function ask(path: string, method: string, headers: Record<string, string>): Promise<number> {
  const answer = await fetch(magpie.url + path, { method, redirect: 'manual', headers });
  await answer.arrayBuffer();
  return answer.status;
}

describe('GET and HEAD', () => {
  it.each(['application/json', 'text/html'])(
    'change nothing at any path, for %s',
    async (accept) => {
      const headers: Record<string, string> = { accept, authorization: magpie.adminKey };
      const before = await databaseDigest(magpie.magpie.database);
      const broken: string[] = [];
      for (const path of everyPath()) {
        if ((await ask(path, 'GET', headers)) >= 500) broken.push(`GET ${path}`);
        if ((await ask(path, 'HEAD', headers)) >= 500) broken.push(`HEAD ${path}`);
      }
      expect(broken).toEqual([]);
      expect(await databaseDigest(magpie.magpie.database)).toEqual(before);
      // More than a thousand requests: a busy machine needs a while.
    },
    120_000,
  );
});

describe('the edge', () => {
  it('takes keys from headers only, and no scheme before them', async () => {
    const key = magpie.adminKey;
    expect(await ask(`/users/view/me/apikey:${key}`, 'GET', { accept: 'application/json' })).toBe(403);
    expect(await ask(`/users/view/me?apikey=${key}`, 'GET', { accept: 'application/json' })).toBe(403);
    expect(await ask('/users/view/me', 'GET', { accept: 'application/json', authorization: `Bearer ${key}` })).toBe(
      403,
    );
    expect(await ask('/users/view/me', 'GET', { accept: 'application/json', authorization: `wrong, ${key}` })).toBe(
      200,
    );
    expect(
      await ask('/users/view/me', 'GET', { accept: 'application/json', 'x-misp-auth': key, authorization: 'wrong' }),
    ).toBe(200);
  });

  it('does not let a header change the verb', async () => {
    const headers = { accept: 'application/json', authorization: magpie.adminKey, 'x-http-method-override': 'DELETE' };
    expect(await ask('/roles/view/3', 'POST', headers)).toBe(200);
    expect((await magpie.admin.get('/roles/view/3')).status).toBe(200);
  });

  it('never repeats a forged host', async () => {
    const answer = await fetch(`${magpie.url}/events/index`, {
      redirect: 'manual',
      headers: { accept: 'text/html', 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https' },
    });
    expect(answer.headers.get('location')).toBe('/users/login?redirect=%2Fevents%2Findex');
  });
});
