import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid } from '../../../errors.ts';
import { readId } from '../../../http/lenient.ts';
import { forgetContent } from '../content/update.ts';
import { insertTags } from '../tags/queries.ts';
import { describeNewTag } from '../tags/tag-names.ts';
import { tagWire } from '../tags/wire.ts';
import { selectTaxonomy, selectTaxonomyTags, type TaxonomyRow } from './queries.ts';

/** Flags of a taxonomy that administrators set. */
export type TaxonomyFlag = 'enabled' | 'required' | 'highlighted';

/** The taxonomy with this id; throws MISP's failure of buttons otherwise. */
export async function requireTaxonomy(tx: Transaction, id: unknown): Promise<TaxonomyRow> {
  const key = readId(id);
  const taxonomy = key === null ? null : await selectTaxonomy(tx, { id: key });
  if (taxonomy === null) throw new Invalid('', 'Invalid taxonomy.');
  return taxonomy;
}

/** Sets a flag; without a value it is flipped. Returns the taxonomy as it was. */
export function setTaxonomyFlag(
  magpie: Magpie,
  viewer: Viewer,
  id: unknown,
  flag: TaxonomyFlag,
  value: boolean | undefined,
): Promise<TaxonomyRow> {
  return magpie.database.asSystem(`taxonomy ${flag}`, async (tx) => {
    const taxonomy = await requireTaxonomy(tx, id);
    const next = value ?? !taxonomy[flag];
    if (next === taxonomy[flag]) return taxonomy;
    await tx.execute(`update taxonomies set ${flag} = $2 where id = $1`, [taxonomy.id, next]);
    const change = { model: 'Taxonomy', action: 'edit', modelId: taxonomy.id, title: taxonomy.namespace };
    await recordChanges(tx, [{ ...change, before: { [flag]: !next }, after: { [flag]: next } }], viewer);
    return taxonomy;
  });
}

/** Creates the tags that a taxonomy offers and that do not exist, all or those named, and shows hidden ones again. */
export async function createTaxonomyTags(
  tx: Transaction,
  taxonomy: TaxonomyRow,
  names: readonly string[] | null,
): Promise<void> {
  const wanted = names === null ? null : new Set(names.map((name) => name.toLowerCase()));
  const offered = (await selectTaxonomyTags(tx, taxonomy.id)).filter(
    ({ tag }) => wanted === null || wanted.has(tag.toLowerCase()),
  );
  const created = await insertTags(
    tx,
    offered.map((row) =>
      describeNewTag(row.tag, undefined, { colour: row.tag_colour, numericalValue: row.numerical_value }),
    ),
  );
  await recordChanges(
    tx,
    created.map((row) => ({ model: 'Tag', action: 'add', modelId: row.id, title: row.name, after: tagWire(row) })),
  );
  await hideTaxonomyTags(
    tx,
    offered.map(({ tag }) => tag),
    false,
  );
}

/** Hides tags from pickers, or shows them again. */
export async function hideTaxonomyTags(tx: Transaction, names: readonly string[], hidden: boolean): Promise<void> {
  const changed = await tx.query<{ id: number; name: string }>(
    `update visible_tags t set hide_tag = $2 where lower(t.name) = any (select lower(n) from unnest($1::text[]) as n)
       and hide_tag <> $2 returning t.id, t.name`,
    [names, hidden],
  );
  await recordChanges(
    tx,
    changed.map(({ id, name }) => ({
      model: 'Tag',
      action: 'edit',
      modelId: id,
      title: name,
      before: { hide_tag: !hidden },
      after: { hide_tag: hidden },
    })),
  );
}

/** Deletes a taxonomy; its tags stay. The next update of the library brings it back. */
export function deleteTaxonomy(magpie: Magpie, viewer: Viewer, id: unknown): Promise<TaxonomyRow> {
  return magpie.database.asSystem('delete taxonomy', async (tx) => {
    const taxonomy = await requireTaxonomy(tx, id);
    await tx.execute('delete from taxonomies where id = $1', [taxonomy.id]);
    await forgetContent(tx, 'taxonomies', taxonomy.namespace);
    const change = { model: 'Taxonomy', action: 'delete', modelId: taxonomy.id, title: taxonomy.namespace };
    await recordChanges(tx, [{ ...change, before: { version: taxonomy.version } }], viewer);
    return taxonomy;
  });
}
