import { type ApiClient, makeEvent, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let eventId: string;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { id } = await makeEvent(magpie.admin, {
    Attribute: [
      { type: 'ip-dst', value: '2001:db8::77' },
      { type: 'domain', value: 'grün.example' },
      { type: 'text', value: 'grün.example' },
      { type: 'text', value: '2001:DB8:0:0::78' },
    ],
  });
  eventId = id;
});
afterAll(() => magpie?.stop());

async function attributesOf(client: ApiClient, value: string): Promise<unknown[]> {
  const { body } = await client.post('/pivots/neighbours', { from: { value }, kind: 'attributes' });
  return (member(body, 'neighbours') as unknown[]).map((one) => member(one, 'value'));
}

describe('what a pivot starts from', () => {
  it.each([
    ['2001:DB8:0:0::77', ['2001:db8::77']],
    ['2001:db8::77|443', ['2001:db8::77']],
    ['2001:DB8:0:0::78', ['2001:DB8:0:0::78']],
    ['GRÜN.example', ['xn--grn-ioa.example', 'grün.example']],
    ['xn--grn-ioa.example', ['xn--grn-ioa.example']],
    ['grün', []],
  ])('is the value %s in the forms in which it is stored', async (value, found) => {
    expect(await attributesOf(magpie.admin, value)).toEqual(found);
    const { body } = await magpie.admin.post('/pivots/counts', { from: { value }, kinds: ['events'] });
    expect(member(body, 'kinds', 0, 'count')).toBe(found.length > 0 ? 1 : 0);
  });

  it('has each kind counted once, however often it is named', async () => {
    const kinds = ['tags', 'tags', 'events', 'tags'];
    const { body } = await magpie.admin.post('/pivots/counts', { from: { event: eventId }, kinds });
    expect((member(body, 'kinds') as unknown[]).map((one) => member(one, 'kind'))).toEqual(['tags', 'events']);
  });
});
