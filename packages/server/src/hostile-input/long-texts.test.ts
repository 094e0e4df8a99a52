import { type ApiClient, makeEvent, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillIn } from '../features/intelligence/event-templates/fill-in.ts';
import { cellsOf } from '../features/sharing/feeds/value-source.ts';

// What takes time by the square of a text would take hours over these, and hold up everybody else meanwhile.
const LONG = 1_000_000;

let magpie: TestMagpie;
let admin: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
});
afterAll(() => magpie.stop());

describe('a long text', () => {
  it('is looked for in the list of events', async () => {
    const { status, body } = await admin.post('/events/index', { attribute: `a${'%'.repeat(LONG)}a` });
    expect([status, body]).toEqual([200, []]);
  });

  it('is searched for tags and clusters in a report', async () => {
    const event = await makeEvent(admin);
    const content = `${'a-'.repeat(LONG / 4)} A${'-'.repeat(LONG)}a\n(tlp:clear) --tlp:clear ${'B c '.repeat(LONG / 4)}`;
    const added = await admin.post(`/event_reports/add/${event.id}`, { name: 'Long', content, distribution: '5' });
    const id = member(added.body, 'EventReport', 'id');
    expect((await admin.get(`/event_reports/extractFromReport/${id}`)).status).toBe(200);
  });

  it('is a cell of a feed, with its quotes and blanks', () => {
    const rest = { disableCorrelation: false, unpublishEvent: false };
    const cells = (line: string, delimiter = ',') =>
      cellsOf(line, { delimiter, columns: [], excludes: () => false, ...rest });
    expect(cells(`a${'\t'.repeat(LONG)}b`, '\t')).toEqual(['a', 'b']);
    expect(cells(`a${"'".repeat(LONG)}b`)).toHaveLength(1);
    expect(cells(`"${'a,'.repeat(LONG / 2)}`)).toHaveLength(LONG / 2);
    expect(cells(` "a,b" ,'c', "d""e",f" g,"h" i`)).toEqual(['a,b', 'c', 'd"e', 'f" g', 'h" i']);
  });

  it('is the file of an event template', () => {
    const definition = { structure: [{ type: 'file_field', id: 'file' }] };
    const around = { date: '2026-01-02', now: '', email: '' };
    const fill = (data: string) => fillIn(definition, { file: { filename: 'a', data } }, {}, around);
    expect(fill(`${' '.repeat(LONG)}!`)).toMatchObject({ errors: { file: expect.any(String) } });
    for (const data of ['YQ==', 'YQ= \n', 'YWFh\nYWFh']) expect(fill(data)).toHaveProperty('event');
  });
});

it('an event template makes no more references than an event can hold', () => {
  const object = {
    type: 'object_field',
    object_template: { uuid: crypto.randomUUID(), name: 'file', minimum_version: 1 },
  };
  const definition = {
    structure: [
      { ...object, id: 'one', repeatable: true },
      { ...object, id: 'two', repeatable: true },
      { type: 'object_reference', id: 'link', from: 'one', to: 'two', relationship_type: 'is' },
    ],
  };
  const values = (count: number) => Array.from({ length: count }, () => ({ filename: 'a' }));
  const around = { date: '2026-01-02', now: '', email: '' };
  const fill = (count: number) => fillIn(definition, { one: values(count), two: values(count) }, {}, around);
  expect(fill(50)).toHaveProperty('event');
  expect(fill(5000)).toMatchObject({ errors: { link: expect.stringContaining('references') } });
});
