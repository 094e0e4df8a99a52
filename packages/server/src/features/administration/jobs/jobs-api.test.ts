import { type ApiClient, makeOrganisation, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let ann: ApiClient;
let amy: ApiClient;
let alphaAdmin: ApiClient;
let annId: number;
let alphaId: number;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  const alpha = await makeOrganisation(admin);
  alphaId = Number(alpha.id);
  const user = (role: string) => makeUser(admin, { org_id: alpha.id, role_id: role });
  const [first, second, third] = [await user('3'), await user('3'), await user('2')];
  annId = Number(first.id);
  ann = magpie.client(first.key);
  amy = magpie.client(second.key);
  alphaAdmin = magpie.client(third.key);
});

afterAll(() => magpie.stop());

/** A job that is stored and never begun: no handler is registered for it. */
function store(kind: string, more: { userId?: number; organisationId?: number; title?: string } = {}): Promise<number> {
  return magpie.magpie.database.asSystem('test', (tx) =>
    magpie.magpie.jobs.enqueue(tx, { kind, queue: 'cache', title: '', input: null, userId: annId, ...more }),
  );
}

function set(id: number, columns: string): Promise<number> {
  return magpie.magpie.database.asSystem('test', (tx) =>
    tx.execute(`update jobs set ${columns}, modified = '2026-01-02 03:04:05Z' where id = $1`, [id]),
  );
}

describe('the list of jobs', () => {
  it('shows the site administrator everybody’s jobs in MISP’s form, newest first', async () => {
    const first = await store('pull', { organisationId: alphaId, title: 'Server: 1' });
    const second = await store('publish_galaxy_clusters', { userId: 1, organisationId: 0 });
    await set(first, `state = 'running', progress = 40, message = 'Fetching.'`);
    const { body } = await magpie.admin.get('/jobs/index/cache/limit:2');
    expect(body).toMatchObject([
      { Job: { id: String(second), status: '1', job_status: 'Waiting' }, Org: { id: null, name: null, uuid: null } },
      {
        Job: {
          id: String(first),
          worker: 'cache',
          job_type: 'pull',
          job_input: 'Server: 1',
          status: '2',
          retries: '0',
          message: 'Fetching.',
          progress: '40',
          org_id: String(alphaId),
          date_modified: '2026-01-02 03:04:05',
          job_status: 'Running',
          failed: false,
          worker_status: true,
        },
        Org: { id: String(alphaId) },
      },
    ]);
    expect(member(body, 0, 'Job', 'process_id')).toMatch(/^[0-9a-f-]{36}$/);
    expect((await magpie.admin.get('/jobs/index/limit:1/page:2')).body).toMatchObject([{ Job: { id: String(first) } }]);
    expect((await magpie.admin.get('/jobs/index/email')).body).toEqual([]);
    expect((await magpie.admin.get('/jobs/index/page:999')).status).toBe(404);
    expect((await magpie.admin.get('/jobs/index/0x1A')).body).toMatchObject([{}, {}]);
  });

  it('is refused to users and organisation administrators, who see their own jobs alone', async () => {
    const id = await store('mine');
    for (const client of [ann, alphaAdmin]) expect((await client.get('/jobs')).status).toBe(403);
    expect((await ann.get('/jobs/mine')).body).toContainEqual(
      expect.objectContaining({ Job: expect.objectContaining({ id: String(id) }) }),
    );
    expect((await ann.get(`/jobs/view/${id}`)).body).toMatchObject({ Job: { job_type: 'mine' } });
    for (const client of [amy, alphaAdmin]) {
      expect((await client.get('/jobs/mine')).body).toEqual([]);
      expect((await client.get(`/jobs/view/${id}`)).status).toBe(404);
    }
  });
});

describe('a job', () => {
  it('tells its progress by id and by type, to those who may see it', async () => {
    const id = await store('rebuild');
    await set(id, `state = 'running', progress = 73`);
    expect((await ann.get(`/jobs/getProgress/${id}`)).body).toEqual({ progress: '73%' });
    expect((await ann.get('/jobs/getProgress/rebuild')).body).toEqual({ progress: '73%' });
    expect((await amy.get(`/jobs/getProgress/${id}`)).body).toEqual({ progress: '0%' });
    expect((await amy.get('/jobs/getProgress/rebuild')).body).toEqual({ progress: '0%' });
    const path = `/jobs/getGenerateCorrelationProgress/${id},999999,x`;
    expect((await ann.get(path)).body).toEqual({ [id]: { job_status: 'Running', progress: 73 } });
    expect((await amy.get(path)).body).toEqual([]);
  });

  it('tells site administrators why it failed', async () => {
    const id = await store('broken');
    expect((await magpie.admin.get(`/jobs/getError/${id}`)).status).toBe(404);
    await set(id, `state = 'failed', error = 'Error: no route', message = 'Job failed.'`);
    expect((await magpie.admin.get(`/jobs/getError/${id}`)).body).toEqual({ error: 'Error: no route' });
    expect((await ann.get(`/jobs/getError/${id}`)).status).toBe(403);
  });

  it('is cancelled by its user and by site administrators, once', async () => {
    const id = await store('long');
    for (const client of [amy, alphaAdmin]) expect((await client.post(`/jobs/cancel/${id}`)).status).toBe(404);
    expect((await ann.post(`/jobs/cancel/${id}`)).body).toMatchObject({ message: 'Job cancelled.' });
    expect((await ann.get(`/jobs/view/${id}`)).body).toMatchObject({ Job: { job_status: 'Failed', failed: true } });
    expect((await magpie.admin.post(`/jobs/cancel/${id}`)).status).toBe(405);
  });

  it('is counted among those that wait', async () => {
    await store('waits');
    const { body } = await magpie.admin.get('/servers/getWorkers');
    expect(Number(member(body, 'cache', 'jobCount'))).toBeGreaterThan(0);
    expect(member(body, 'email', 'jobCount')).toBe(0);
  });
});

describe('clearing jobs', () => {
  it('forgets what is done, and with all what has ended, never what waits', async () => {
    const [done, failed, waiting] = [await store('a'), await store('b'), await store('c')];
    await set(done, `state = 'done'`);
    await set(failed, `state = 'failed'`);
    const isThere = async (id: number) => (await magpie.admin.get(`/jobs/view/${id}`)).status === 200;
    expect((await ann.post('/jobs/clearJobs')).status).toBe(403);
    expect((await magpie.admin.post('/jobs/clearJobs/completed')).status).toBe(302);
    expect([await isThere(done), await isThere(failed), await isThere(waiting)]).toEqual([false, true, true]);
    expect((await magpie.admin.post('/jobs/clearJobs/all')).status).toBe(302);
    expect([await isThere(failed), await isThere(waiting)]).toEqual([false, true]);
    expect((await magpie.admin.get('/tasks')).body).toEqual([]);
  });
});
