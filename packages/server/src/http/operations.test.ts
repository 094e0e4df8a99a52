import { permissionFlags } from '@magpie/model';
import { startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOperations } from '../app.ts';
import { describeApi } from './openapi.ts';
import type { Operation } from './operation.ts';

let magpie: TestMagpie;
let operations: Operation[];

beforeAll(async () => {
  magpie = await startTestMagpie();
  operations = allOperations(magpie.magpie);
});
afterAll(() => magpie.stop());

/** Operations that anybody may call; a new one is added here on purpose or not at all. */
const publicOperations = [
  'api.openapi',
  'health.live',
  'health.ready',
  'openapi.index',
  'openapi.script',
  'openapi.style',
  'servers.cspReport',
  'ui.session',
  'ui.sign-in_style',
  'users.forgot',
  'users.getGpgPublicKey',
  'users.heartbeat',
  'users.login',
  'users.login_form',
  'users.logout401',
  'users.logout_form',
  'users.otp',
  'users.otp_form',
  'users.password_reset',
  'users.password_reset_form',
  'users.register',
];

describe('every operation', () => {
  it('declares a permission that exists', () => {
    const known = new Set<string>(permissionFlags);
    const wrong = operations.filter(({ permission }) => {
      if (permission === 'public' || permission === 'any') return false;
      const flags: readonly string[] =
        typeof permission === 'string' ? [permission] : 'anyOf' in permission ? permission.anyOf : permission;
      return flags.length === 0 || !flags.every((flag) => known.has(flag));
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('is closed to strangers unless it is meant to be open', () => {
    const open = operations.filter(({ permission }) => permission === 'public').map(({ name }) => name);
    expect(open.sort()).toEqual(publicOperations);
  });

  it('has a name of its own and a summary', () => {
    const names = operations.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.filter((name) => !/^(admin\/)?[\w-]+\.[\w-]+$/.test(name))).toEqual([]);
    expect(operations.filter(({ summary }) => summary.trim() === '').map(({ name }) => name)).toEqual([]);
  });

  it('that writes never answers GET, but where MISP’s clients start work so: under the checks of a write', () => {
    const writes = operations.filter(({ effect, methods }) => effect === 'write' && methods.includes('GET'));
    expect(writes.map(({ name }) => name).sort()).toEqual([
      'feeds.cacheFeeds',
      'feeds.fetchFromAllFeeds',
      'feeds.fetchFromFeed',
      'servers.cache',
      'servers.createSync',
    ]);
  });
});

describe('the OpenAPI description', () => {
  it('holds every operation once, with unique ids and all path parameters', async () => {
    const api = describeApi(operations, { version: '2.5.1', baseUrl: 'http://x' });
    const ids: string[] = [];
    for (const [path, entry] of Object.entries(Object(api.paths))) {
      for (const operation of Object.values(Object(entry))) {
        const { operationId, parameters } = Object(operation);
        ids.push(operationId);
        const named = parameters.map((parameter: { name: string }) => parameter.name);
        expect(named).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
      }
    }
    expect(new Set(ids).size).toBe(ids.length);
    const described = new Set(ids.map((id) => id.split(':')[0]));
    expect(operations.filter(({ name }) => !described.has(name)).map(({ name }) => name)).toEqual([]);
  });

  it('is served to anybody, as a document and as a page', async () => {
    const document = await magpie.client(null).get('/openapi.json');
    expect(document).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
    const page = await magpie.client(null).get('/api/openapi');
    expect(page.status).toBe(200);
    expect(String(page.body)).toContain('/admin/users/add');
  });
});
