import { type AttributeValues, isTypeInCategory, joinValue, readAttribute } from '@magpie/model';
import { Invalid } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { type StoredFile, takeFile } from '../attachments/prepare.ts';
import type { AttachmentStore } from '../attachments/store.ts';
import { seenWire } from '../attributes/wire.ts';
import type { AttributeRow } from '../events/rows.ts';

/** A proposal's values, checked by the rules of attributes. */
export interface ProposedValues {
  values: AttributeValues;
  file: StoredFile | null;
}

/** What a proposal may say; all else of a body (ids, organisations, distribution) is ignored. */
const FIELDS = ['type', 'category', 'value', 'value1', 'value2', 'to_ids', 'comment', 'first_seen', 'last_seen'];
const FILE_FIELDS = ['data', 'encrypt'];

/** Reads what is proposed for a new attribute. `to_ids` is on unless said otherwise, whatever the type. */
export function readNewProposal(body: JsonObject, store: AttachmentStore, now: number): Promise<ProposedValues> {
  return readProposed({ to_ids: true, ...pick(body, [...FIELDS, ...FILE_FIELDS, 'uuid']) }, store, now);
}

/** Reads what is proposed for an attribute: fields that are left out stay. Null when nothing of it is a field. */
export function readChangeProposal(
  body: JsonObject,
  attribute: AttributeRow,
  store: AttachmentStore,
  now: number,
): Promise<ProposedValues> | null {
  const change = pick(body, [...FIELDS, ...FILE_FIELDS]);
  if (Object.keys(change).length === 0) return null;
  const draft: JsonObject = { ...attributeDraft(attribute), ...change };
  // A new type takes its own category, where none is named and the old one does not fit.
  const { type, category } = draft;
  const fits = typeof type === 'string' && typeof category === 'string' && isTypeInCategory(type, category);
  if (!fits && change.category === undefined) delete draft.category;
  return readProposed(draft, store, now);
}

/** The keys of an attribute body that say what a stored attribute or proposal says. */
export function attributeDraft(
  row: Pick<
    AttributeRow,
    'type' | 'category' | 'value1' | 'value2' | 'to_ids' | 'comment' | 'first_seen' | 'last_seen'
  >,
): JsonObject {
  return {
    type: row.type,
    category: row.category,
    value: joinValue(row.value1, row.value2),
    to_ids: row.to_ids,
    comment: row.comment,
    first_seen: seenWire(row.first_seen),
    last_seen: seenWire(row.last_seen),
  };
}

async function readProposed(draft: JsonObject, store: AttachmentStore, now: number): Promise<ProposedValues> {
  const { body, file } = await takeFile(draft, store);
  const read = readAttribute(body, { defaultDistribution: 5, inObject: false, now });
  if (!read.ok) throw new Invalid('', read.errors);
  return { values: read.attribute, file };
}

function pick(body: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(
    fields.flatMap((field) =>
      Object.hasOwn(body, field) && body[field] !== undefined && body[field] !== null ? [[field, body[field]]] : [],
    ),
  );
}
