import { makeAttribute, makeEvent, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;

beforeAll(async () => {
  magpie = await startTestMagpie();
});
afterAll(() => magpie.stop());

const changes: [name: string, path: string, body: unknown][] = [
  ['deleted', '/attributes/delete', {}],
  ['deleted for good', '/attributes/delete', { hard: 1 }],
  ['edited', '/attributes/edit', { comment: 'changed' }],
  ['edited in one field', '/attributes/editField', { comment: 'changed' }],
];

describe('attributes of one event', () => {
  it.each(changes)('are added and %s at the same moment', async (_name, path, body) => {
    const { admin } = magpie;
    const event = await makeEvent(admin);
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) ids.push((await makeAttribute(admin, event.id)).id);
    const answers: number[] = [];
    while (ids.length > 0) {
      const together = ids
        .splice(0, 2)
        .flatMap((id) => [
          admin.post(`/attributes/add/${event.id}`, { type: 'text', value: crypto.randomUUID() }),
          admin.post(`${path}/${id}`, body),
        ]);
      answers.push(...(await Promise.all(together)).map(({ status }) => status));
    }
    expect(answers.filter((status) => status !== 200)).toEqual([]);
  });

  it('are deleted once when two ask', async () => {
    const { admin } = magpie;
    const event = await makeEvent(admin);
    const { id } = await makeAttribute(admin, event.id);
    const answers = await Promise.all([1, 2].map(() => admin.post(`/attributes/delete/${id}`, {})));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  });
});

describe('an event', () => {
  it('is stored once when several bring it, and the others are told where it is', async () => {
    const { admin } = magpie;
    const uuid = crypto.randomUUID();
    const body = { uuid, info: 'brought by several', Attribute: [{ type: 'text', value: 'x' }] };
    const answers = await Promise.all([1, 2, 3, 4].map(() => admin.post('/events/add', body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404]);
    const id = (await admin.get(`/events/view/${uuid}`)).body as { Event: { id: string } };
    for (const { status, headers } of answers) {
      if (status === 404) expect(headers.get('location')).toMatch(new RegExp(`/events/${id.Event.id}$`));
    }
  });
});
