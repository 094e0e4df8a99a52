import { startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

let magpie: TestMagpie;
beforeAll(async () => {
  magpie = await startTestMagpie();
});
afterAll(() => magpie.stop());

it('names formats of which every one answers a search of events', async () => {
  const { body } = await magpie.admin.get('/ui/exportFormats');
  const names: string[] = JSON.parse(JSON.stringify(body)).map((format: { name: string }) => format.name);
  expect(names).toEqual(expect.arrayContaining(['json', 'csv', 'xml', 'stix2', 'openioc', 'suricata', 'text']));
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) {
    const { status } = await magpie.admin.get(`/events/restSearch/returnFormat:${name}/eventid:1`);
    expect([name, status]).toEqual([name, 200]);
  }
});
