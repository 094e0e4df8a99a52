import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exchange } from './recording.ts';
import { renderPage } from './report.ts';
import { replay } from './run.ts';

interface Seen {
  readonly url: string;
  readonly key: string | undefined;
}

const seen: Seen[] = [];
const answers: Record<string, { status: number; body: unknown }> = {
  '/auth_keys/add/3': { status: 200, body: { AuthKey: { id: '8', authkey_raw: 'new-key' } } },
  '/events/add': { status: 200, body: { Event: { id: '17', info: 'x' } } },
  '/events/view/17': { status: 200, body: { Event: { id: '17', info: 'changed' } } },
  '/roles/add': { status: 403, body: { errors: {} } },
};

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', key: request.headers.authorization });
    const answer = answers[request.url ?? ''] ?? { status: 404, body: {} };
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

let seq = 0;

function exchange(id: string, as: string, method: string, path: string, status: number, body: unknown): Exchange {
  seq += 1;
  return {
    id,
    seq,
    description: '',
    as,
    request: { method, path, headers: { Accept: 'application/json' } },
    response: { status, headers: { 'content-type': 'application/json' }, body_type: 'json', body },
  };
}

const recorded = [
  exchange('authkeys-001', 'admin', 'POST', '/auth_keys/add/3', 200, {
    AuthKey: { id: '4', authkey_raw: '{{key:a_user}}' },
  }),
  exchange('events-001', 'a_user', 'POST', '/events/add', 200, { Event: { id: '2', info: 'x' } }),
  exchange('events-002', 'a_user', 'GET', '/events/view/2', 200, { Event: { id: '2', info: 'x' } }),
  exchange('roles-001', 'admin', 'POST', '/roles/add', 500, {}),
  exchange('events-003', 'b_user', 'GET', '/events/view/2', 404, {}),
  exchange('dashboards-001', 'admin', 'GET', '/dashboards/index', 200, []),
];

describe('replay', () => {
  it('sends the keys and ids of the instance under test and sorts the outcomes', async () => {
    const target = { url, adminKey: 'admin-key', settle: async () => {} };
    const results = await replay(recorded, target);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'pass',
      'pass',
      'values',
      'accepted',
      'skipped',
      'out-of-scope',
    ]);
    expect(seen).toEqual([
      { url: '/auth_keys/add/3', key: 'admin-key' },
      { url: '/events/add', key: 'new-key' },
      { url: '/events/view/17', key: 'new-key' },
      { url: '/roles/add', key: 'admin-key' },
    ]);
    const page = renderPage(results);
    expect(page).toContain('| events | 3 | 1 | 0 | 0 | 0 | 0 | 1 | 1 | 0 |');
    expect(page).toContain('| events-002 | GET /events/view/2: /Event/info: "x" expected, "changed" answered |');
  });

  it('reports only the areas that are asked for, and sends nothing after them', async () => {
    seen.length = 0;
    const target = { url, adminKey: 'admin-key', settle: async () => {} };
    const results = await replay(recorded, target, ['authkeys']);
    expect(results.map(({ exchange: { id } }) => id)).toEqual(['authkeys-001']);
    expect(seen).toHaveLength(1);
  });
});
