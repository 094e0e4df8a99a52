import { validateAttributeValue } from '@magpie/model';
import { fc, storableText } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import { createSearchWorld, type SearchWorld } from '../testing/search-world.ts';
import { readPattern } from './filter-forms.ts';
import { readHeld } from './held-transaction.ts';
import { searchParametersOf } from './parameters.ts';
import { searchAttributes } from './search-attributes.ts';
import { searchOneValue } from './search-one-value.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await createSearchWorld();
});
afterAll(() => world.close());

/** The ids of the attributes found. */
async function found(viewer: Viewer, parameters: Record<string, unknown>): Promise<number[]> {
  const { body } = await readHeld(world.magpie.database, viewer, (tx) =>
    searchAttributes(world.magpie, tx, searchParametersOf('attributes', parameters)),
  );
  let text = '';
  if (typeof body === 'string') text = body;
  else for await (const piece of body) text += String(piece);
  const rows: { id: string }[] = JSON.parse(text).response.Attribute;
  return rows.map(({ id }) => Number(id));
}

describe('a search for a value', () => {
  const piece = fc.constantFrom(
    ...'a É İ ς % _ \\ | && ! "'.split(' '),
    "'",
    ' ',
    ...'\t $1 10.0.0.5 /32 ::1'.split(' '),
  );
  const address = fc.constantFrom('2001:0DB8:0:0::1', '2001:db8::1', '10.1.2.3/32', '10.1.2.3', '::/128', '0010.1.1.1');
  const value = fc
    .oneof(
      storableText(),
      address,
      fc.array(fc.oneof(piece, storableText(2)), { maxLength: 6 }).map((all) => all.join('')),
    )
    .map((text) => validateAttributeValue('text', text, 1_700_000_000))
    .map((checked) => (checked.ok ? checked.value : 'x'));

  it('finds it as it is written, whatever it is, for those who see it', {
    timeout: fc.timeLimit(300_000),
  }, async () => {
    const { alpha, gamma } = world.organisations;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(value, { minLength: 1, maxLength: 8 }), async (list) => {
        await world.clear();
        const attributes = list.map((text) => ({ type: 'text', value: text }));
        const stored = await world.store({ owner: alpha, distribution: 0, published: true, attributes });
        for (const { id, given } of stored.attributes) {
          // Signs that searches give a meaning of their own.
          if (given.value.startsWith('!') || readPattern(given.value).kind === 'like') continue;
          expect(await found(world.viewer(alpha), { value: [given.value] })).toContain(id);
          expect(await found(world.viewer(gamma), { value: [given.value] })).toEqual([]);
          const asked = searchParametersOf('attributes', { value: [given.value] });
          const one = await searchOneValue(world.magpie, world.viewer(alpha), asked);
          if (one !== null) expect(String(one.body)).toContain(`"id":"${id}"`);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('finds an address that stands as it is written in a text', async () => {
    await world.clear();
    const attributes = ['10.1.2.3/32', '2001:0DB8:0:0::1'].map((text) => ({ type: 'comment', value: text }));
    const stored = await world.store({ owner: world.organisations.alpha, attributes });
    for (const { id, given } of stored.attributes)
      expect(await found(world.siteAdmin(), { value: given.value })).toEqual([id]);
  });
});
