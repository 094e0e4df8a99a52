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
