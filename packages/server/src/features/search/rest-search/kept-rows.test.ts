import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptRows } from './kept-rows.ts';

describe('keptRows', () => {
  it('cuts the window out of what is left standing', async () => {
    const batches = fc.array(fc.array(fc.boolean(), { maxLength: 6 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(10), fc.integer({ min: 1, max: 10 }), async (kept, offset, limit) => {
        let number = 0;
        const numbered = kept.map((batch) => batch.map((isKept) => [String(number++), isKept ? 'kept' : null]));
        let read = 0;
        async function* rows() {
          for (const batch of numbered) {
            read += 1;
            yield batch;
          }
        }
        const members = async () => (row: readonly (string | null)[]) => row[1] ?? null;
        const found: (string | null | undefined)[] = [];
        for await (const batch of keptRows(rows(), members, { offset, limit }))
          found.push(...batch.map(({ row }) => row[0]));
        const all = numbered.flat().filter((row) => row[1] !== null);
        expect(found).toEqual(all.slice(offset, offset + limit).map((row) => row[0]));
        if (all.length >= offset + limit) {
          const last = numbered.findIndex((batch) => batch.some((row) => row[0] === found.at(-1)));
          expect(read).toBe(last + 1);
        }
      }),
    );
  });
});

describe('a page of what is left standing', () => {
  const DAY = 86_400;
  let m: TestMagpie;
  let own: ApiClient;
  let outsider: ApiClient;
  let eventId: string;
  beforeAll(async () => {
    m = await startTestMagpie();
    const organisation = await makeOrganisation(m.admin);
    own = await m.user(organisation);
    const other = await makeOrganisation(m.admin);
    outsider = await m.user(other);
    await own.post('/decayingModel/add', {
      name: 'Model',
      parameters: {
        lifetime: 10,
        decay_speed: 1,
        threshold: 30,
        default_base_score: 80,
        base_score_config: { grade: 1 },
      },
      attribute_types: ['domain'],
      enabled: 1,
      all_orgs: 1,
    });
    await m.admin.post('/warninglists/add', {
      name: 'Known',
      type: 'hostname',
      description: '',
      category: 'known',
      enabled: true,
      entries: ['known.example'],
    });
    const event = await makeEvent(own, { distribution: '0' });
    eventId = event.id;
    const now = Math.floor(Date.now() / 1000);
    for (let index = 0; index < 12; index += 1) {
      const isOld = index % 3 !== 0;
      const value = index === 3 ? 'a.known.example' : `n${index}.example`;
      await makeAttribute(own, eventId, { type: 'domain', value, timestamp: now - (isOld ? 9 : 1) * DAY });
    }
  });
  afterAll(() => m?.stop());

  async function found(client: ApiClient, parameters: Record<string, unknown>) {
    const answer = await client.post('/attributes/restSearch', { eventid: eventId, ...parameters });
    expect(answer.status).toBe(200);
    const list = member(answer.body, 'response', 'Attribute');
    const rows = Array.isArray(list) ? list : [];
    return {
      values: rows.map((item) => String(member(item, 'value')).split('.')[0]),
      ids: rows.map((item) => Number(member(item, 'id'))),
      hasMore: answer.headers.get('x-has-more'),
      skipped: answer.headers.get('x-skipped-elements-count'),
    };
  }

  async function exported(client: ApiClient, returnFormat: string, parameters: Record<string, unknown>) {
    const body = { returnFormat, requested_attributes: ['value'], headerless: 1, eventid: eventId, ...parameters };
    const { body: text, headers } = await client.post('/attributes/restSearch', body);
    const lines = String(text)
      .split('\n')
      .filter((line) => line !== '');
    return {
      values: lines.map((line) => line.replaceAll('"', '').split('.')[0]),
      skipped: headers.get('x-skipped-elements-count'),
    };
  }

  it('has as many rows as the limit says', async () => {
    expect((await found(own, { excludeDecayed: 1, limit: 2 })).values).toEqual(['n0', 'a']);
    expect((await found(own, { excludeDecayed: 1, limit: 2, page: 2 })).values).toEqual(['n6', 'n9']);
    expect((await found(own, { excludeDecayed: 1, limit: 2, page: 3 })).values).toEqual([]);
    expect((await found(own, { excludeDecayed: 1, enforceWarninglist: 1, limit: 3 })).values).toEqual([
      'n0',
      'n6',
      'n9',
    ]);
    expect((await found(own, { enforceWarninglist: 1, limit: 4 })).values).toEqual(['n0', 'n1', 'n2', 'n4']);
    expect((await found(own, { excludeDecayed: 1, limit: 5000 })).values).toEqual(['n0', 'a', 'n6', 'n9']);
  });

  it('is the same page in other formats', async () => {
    for (const format of ['csv', 'values']) {
      for (const parameters of [{}, { excludeDecayed: 1 }, { excludeDecayed: 1, enforceWarninglist: 1 }]) {
        for (const page of [1, 2, 3]) {
          const json = await found(own, { ...parameters, limit: 2, page });
          const other = await exported(own, format, { ...parameters, limit: 2, page });
          expect({ format, parameters, page, ...other }).toEqual({
            ...{ format, parameters, page },
            ...{ values: json.values, skipped: json.skipped },
          });
        }
      }
      const wanted = { enforceWarninglist: 1, limit: 4 };
      expect((await exported(own, format, wanted)).values).toEqual(['n0', 'n1', 'n2', 'n4']);
      expect((await exported(outsider, format, wanted)).values).toEqual([]);
    }
    const counted = await exported(own, 'count', { excludeDecayed: 1, limit: 3 });
    expect(counted).toEqual({ values: ['3'], skipped: '4' });
  });

  it('tells how many rows were taken out of it', async () => {
    expect((await found(own, { limit: 2 })).skipped).toBe('0');
    expect((await found(own, { excludeDecayed: 1, limit: 2 })).skipped).toBe('2');
    expect((await found(own, { excludeDecayed: 1 })).skipped).toBe('8');
    expect((await found(own, { excludeDecayed: 1, limit: 5000 })).skipped).toBe('8');
    expect((await exported(own, 'csv', { excludeDecayed: 1 })).skipped).toBe(null);
  });

  it('is followed from its last id until nothing is left', async () => {
    const first = await found(own, { excludeDecayed: 1, limit: 3, after_id: 0 });
    expect([first.values, first.hasMore]).toEqual([['n0', 'a', 'n6'], '1']);
    const second = await found(own, { excludeDecayed: 1, limit: 3, after_id: first.ids.at(-1) });
    expect([second.values, second.hasMore]).toEqual([['n9'], '0']);
  });

  it('shows nothing to those who may not see the event', async () => {
    for (const parameters of [
      { excludeDecayed: 1, limit: 5 },
      { enforceWarninglist: 1, limit: 5 },
      { excludeDecayed: 1 },
    ]) {
      expect((await found(outsider, parameters)).values).toEqual([]);
    }
  });

  it('counts the tags of the event also where they are not shown', async () => {
    await m.admin.post('/tags/add', { name: 'grade:f', numerical_value: 10 });
    const event = await own.get(`/events/view/${eventId}`);
    await own.post('/tags/attachTagToObject', { uuid: member(event.body, 'Event', 'uuid'), tag: 'grade:f' });
    expect((await found(own, { excludeDecayed: 1, limit: 5 })).values).toEqual([]);
    expect((await found(own, { excludeDecayed: 1 })).values).toEqual([]);
  });
});
