import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { type TagFields, tagProblem } from './fields.ts';
import { selectKnownTags, selectTagsById, selectTagsByName } from './queries.ts';
import { type TagRow, tagColumns } from './rows.ts';
import { describeNewTag } from './tag-names.ts';
import { tagWire } from './wire.ts';

const NAME_TAKEN = 'A similar name already exists.';

/** Creates a tag; one of the same name that the viewer sees is returned as it is. */
export async function addTag(tx: Transaction, fields: TagFields): Promise<TagRow> {
  const { name } = fields;
  if (name === undefined) throw tagProblem('name', 'This field is required.');
  const existing = (await selectTagsByName(tx, [name]))[0];
  if (existing !== undefined) return existing;
  const known = (await selectKnownTags(tx, [name])).get(name.toLowerCase());
  const made = describeNewTag(name, fields.colour, known);
  const row = await tx.first<TagRow>(
    `insert into visible_tags as t (name, colour, exportable, org_id, user_id, hide_tag, numerical_value, is_galaxy,
       is_custom_galaxy, local_only)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning ${tagColumns}`,
    [
      name,
      made.colour,
      fields.exportable ?? true,
      fields.org_id ?? 0,
      fields.user_id ?? 0,
      fields.hide_tag ?? false,
      fields.numerical_value === undefined ? made.numericalValue : fields.numerical_value,
      made.isGalaxy,
      made.isCustomGalaxy,
      fields.local_only ?? false,
    ],
  );
  if (row === null) {
    // Made by another request meanwhile, or reserved for somebody else.
    const raced = (await selectTagsByName(tx, [name]))[0];
    if (raced === undefined) throw tagProblem('name', NAME_TAKEN);
    return raced;
  }
  await recordChanges(tx, [{ model: 'Tag', action: 'add', modelId: row.id, title: row.name, after: tagWire(row) }]);
  return row;
}

/** Changes a tag. Throws when it is not there or the name belongs to another. */
export async function editTag(tx: Transaction, id: number | null, fields: TagFields): Promise<TagRow> {
  const before = await lockTag(tx, id);
  const name = fields.name ?? before.name;
  const other = (await selectTagsByName(tx, [name]))[0];
  if (other !== undefined && other.id !== before.id) throw tagProblem('name', NAME_TAKEN);
  const { isGalaxy, isCustomGalaxy } = describeNewTag(name, before.colour, undefined);
  const after: TagRow = { ...before, ...fields, name, is_galaxy: isGalaxy, is_custom_galaxy: isCustomGalaxy };
  await tx.execute(
    `update visible_tags set name = $2, colour = $3, exportable = $4, org_id = $5, user_id = $6, hide_tag = $7,
       numerical_value = $8, is_galaxy = $9, is_custom_galaxy = $10, local_only = $11 where id = $1`,
    [
      before.id,
      after.name,
      after.colour,
      after.exportable,
      after.org_id,
      after.user_id,
      after.hide_tag,
      after.numerical_value,
      after.is_galaxy,
      after.is_custom_galaxy,
      after.local_only,
    ],
  );
  const changed = difference(tagWire(before), tagWire(after));
  if (changed) {
    await recordChanges(tx, [{ model: 'Tag', action: 'edit', modelId: before.id, title: after.name, ...changed }]);
  }
  return after;
}

/** Deletes a tag and takes it off everything, which changes no event, as in MISP. */
export async function deleteTag(tx: Transaction, id: number | null): Promise<TagRow> {
  const tag = await lockTag(tx, id);
  await tx.execute('delete from visible_event_tags where tag_id = $1', [tag.id]);
  await tx.execute('delete from visible_attribute_tags where tag_id = $1', [tag.id]);
  await tx.execute('delete from visible_event_report_tags where tag_id = $1', [tag.id]);
  await tx.elevated('a tag leaves collections and favourites', async () => {
    await tx.execute('delete from tag_collection_tags where tag_id = $1', [tag.id]);
    await tx.execute('delete from favourite_tags where tag_id = $1', [tag.id]);
  });
  await tx.execute('delete from visible_tags where id = $1', [tag.id]);
  await recordChanges(tx, [{ model: 'Tag', action: 'delete', modelId: tag.id, title: tag.name, before: tagWire(tag) }]);
  return tag;
}

/** Of two who change a tag neither loses what the other said. Throws `NotFound`. */
async function lockTag(tx: Transaction, id: number | null): Promise<TagRow> {
  if (id !== null) await tx.execute('select from visible_tags where id = $1 for update', [id]);
  const tag = id === null ? undefined : (await selectTagsById(tx, [id]))[0];
  if (tag === undefined) throw new NotFound('Invalid tag');
  return tag;
}
