import { startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { cacheHits, visibleSources } from './hits.ts';

let magpie: TestMagpie;

beforeAll(async () => {
  magpie = await startTestMagpie();
  await magpie.magpie.database.asSystem('many cached values', async (tx) => {
    await tx.execute('insert into value_sources (feed_id) select n from generate_series(1, 2) n');
    await tx.execute(
      'update feeds set caching_enabled = true, lookup_visible = true, cache_source_id = id where id in (1, 2)',
    );
    await tx.execute(
      `insert into cached_values (source_id, md5, h)
       select 1 + n % 2, hashint8extended(n, 1), hashint8extended(n, 2) from generate_series(1, 60000) n`,
    );
    await tx.execute('analyze cached_values');
  });
});
afterAll(() => magpie.stop());

const viewer: Viewer = {
  userId: 9,
  email: 'x@x.test',
  organisationId: 9,
  organisationUuid: '',
  organisationName: '',
  roleId: 3,
  roleName: '',
  flags: new Set(),
  authKeyId: null,
  readOnly: false,
  ip: null,
  requestId: null,
};

it('probes an index for the values of a page of attributes, whatever is cached', async () => {
  const plans = await magpie.magpie.database.as(viewer, async (tx) => {
    const sources = await visibleSources(tx);
    const explained: string[] = [];
    const explaining: Transaction = {
      ...tx,
      async query(sql, values) {
        const rows = await tx.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, values);
        explained.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        return [];
      },
    };
    const rows = Array.from({ length: 60 }, (_value, id) => ({
      id,
      event_id: 1,
      type: 'domain',
      value1: `host${id}.test`,
      value2: '',
      disable_correlation: false,
    }));
    await cacheHits(explaining, rows, sources);
    return explained;
  });
  expect(plans).toHaveLength(1);
  expect(plans[0]).not.toContain('Seq Scan on cached_values');
  expect(plans[0]).toContain('cached_values_md5');
  expect(plans[0]).toContain('cached_values_h');
});
