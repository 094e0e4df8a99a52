import { type ApiClient, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let user: ApiClient;
let orgAdmin: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  [user, orgAdmin] = [await magpie.user(), await magpie.user(undefined, '2')];
});
afterAll(() => magpie.stop());

async function report(body: string, type = 'application/csp-report', headers: Record<string, string> = {}) {
  const answer = await fetch(`${magpie.url}/servers/cspReport`, {
    method: 'POST',
    body,
    headers: { 'content-type': type, ...headers },
  });
  return answer.status;
}

const violation = (blocked: string) => ({
  'document-uri': 'https://misp.example/events/view/1?token=secret',
  'violated-directive': 'script-src',
  'blocked-uri': blocked,
});

async function warnings(): Promise<{ title: string; change: string; ip: string | null }[]> {
  const found = await magpie.admin.post('/admin/logs/index', { action: 'warning', model: 'Server' });
  return (found.body as { Log: { title: string; change: string; ip: string | null } }[]).map(({ Log }) => Log);
}

describe('reports of browsers', () => {
  it('go into the log in both forms, without what stands behind the question mark, and once', async () => {
    const sent = JSON.stringify({ 'csp-report': violation('https://evil.example/x.js') });
    expect(await report(sent)).toBe(204);
    expect(await report(sent)).toBe(204);
    const body = {
      effectiveDirective: 'img-src',
      blockedURL: 'https://pixel.example/?who=me',
      documentURL: 'https://a/',
    };
    const listed = JSON.stringify([
      { type: 'csp-violation', body },
      { type: 'deprecation', body: {} },
    ]);
    expect(await report(listed, 'application/reports+json')).toBe(204);
    const logged = await warnings();
    expect(logged).toHaveLength(2);
    expect(logged[0]?.title).toContain('script-src https://evil.example/x.js');
    expect(logged[0]?.change).toContain('https://misp.example/events/view/1');
    expect(JSON.stringify(logged)).not.toMatch(/secret|who=me/);
  });

  it('are taken from a signed-in browser too, which sends them without the token of its session', async () => {
    const form = new URLSearchParams({ email: magpie.adminEmail, password: magpie.adminPassword });
    const signedIn = await fetch(`${magpie.url}/users/login`, { method: 'POST', body: form, redirect: 'manual' });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(cookie).not.toBe('');
    const sent = JSON.stringify({ 'csp-report': violation('https://signed-in.example/') });
    expect(await report(sent, 'application/csp-report', { cookie })).toBe(204);
  });

  it('are refused when they are none, too long, or not sent by POST', async () => {
    expect(await report('no JSON')).toBe(400);
    expect(await report('{"other":1}')).toBe(400);
    expect(await report(JSON.stringify({ 'csp-report': { sample: 'x'.repeat(17_000) } }))).toBe(413);
    expect((await magpie.client(null).get('/servers/cspReport.json')).status).toBe(405);
  });

  it('are bounded for each address', async () => {
    const before = (await warnings()).length;
    for (let index = 0; index < 80; index += 1) {
      await report(JSON.stringify({ 'csp-report': violation(`https://${index}.example/`) }));
    }
    const after = (await warnings()).length;
    expect(after).toBeGreaterThan(before);
    expect(after).toBeLessThanOrEqual(60);
  });
});

describe('upkeep', () => {
  it('finds nothing of what cannot be, for those who may look', async () => {
    expect(await orgAdmin.post('/attributes/checkComposites', {})).toMatchObject({ status: 200, body: [] });
    expect((await user.get('/attributes/checkComposites')).status).toBe(403);
    for (const path of ['/attributes/checkOrphanedAttributes', '/logs/testForStolenAttributes']) {
      expect(await magpie.admin.get(path)).toMatchObject({ status: 200, body: [] });
      expect((await orgAdmin.get(path)).status).toBe(403);
    }
    for (const path of ['/attributes/pruneOrphanedAttributes', '/logs/pruneUpdateLogs']) {
      expect(await magpie.admin.post(path, {})).toMatchObject({ status: 200, body: { saved: true } });
      expect((await magpie.admin.get(path)).status).toBe(405);
      expect((await orgAdmin.post(path, {})).status).toBe(403);
    }
    expect((await magpie.admin.post('/admin/regexp/clean', {})).status).toBe(405);
  });

  it('cancels what waits in a queue, and knows which there are', async () => {
    const id = await magpie.magpie.database.asSystem('a job that waits', async (tx) => {
      const row = await tx.first<{ id: number }>(
        `insert into jobs (kind, queue, job_type, title, input, user_id, org_id, not_before)
         values ('none', 'prio', 'none', 'waits', '{}', 1, 1, now() + interval '1 day') returning id`,
      );
      return row?.id ?? 0;
    });
    expect((await magpie.admin.post('/servers/clearWorkerQueue/nothing', {})).status).toBe(404);
    expect((await user.post('/servers/clearWorkerQueue/prio', {})).status).toBe(403);
    expect((await magpie.admin.post('/servers/clearWorkerQueue/default', {})).status).toBe(200);
    const state = async () => member((await magpie.admin.get(`/jobs/view/${id}`)).body, 'Job', 'job_status');
    expect(await state()).toBe('Waiting');
    expect((await magpie.admin.post('/servers/clearWorkerQueue/prio', {})).status).toBe(200);
    expect(await state()).not.toBe('Waiting');
  });
});

describe('what this version does not do', () => {
  it('answers as where it is switched off', async () => {
    for (const path of [
      '/events/aiSummarize/1',
      '/events/aiRecommendTags/1',
      '/events/aiExtractIndicators/1',
      '/eventReports/aiSummarize/1',
    ]) {
      expect((await user.post(path, {})).status).toBe(405);
    }
    expect((await magpie.admin.post('/servers/aiDryRun', {})).status).toBe(405);
    expect((await user.post('/servers/aiDryRun', {})).status).toBe(403);
    expect(await user.get('/posts/index')).toMatchObject({ status: 200, body: [] });
    expect((await orgAdmin.post('/templates/add', {})).status).toBe(405);
    expect((await magpie.client(null).get('/users/logout401.json')).status).toBe(401);
    expect((await magpie.client(null).get('/users/getGpgPublicKey')).status).toBe(405);
  });

  it('shows the description of the API where MISP describes its automation', async () => {
    const page = await user.get('/events/automation');
    expect(page.status).toBe(200);
    expect(String(page.body)).toContain('/attributes/restSearch');
    expect(JSON.stringify((await user.get('/events/export')).body)).toContain('"suricata"');
  });
});
