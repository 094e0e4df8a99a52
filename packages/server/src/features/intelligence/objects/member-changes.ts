import { joinValue } from '@magpie/model';
import type { JsonObject } from '../../../http/lenient.ts';
import { attributeRowWire } from '../attributes/wire.ts';
import type { AttributeRow } from '../events/rows.ts';

/** Fields in which a sent member can differ from the stored one. */
const COMPARED = [
  'type',
  'category',
  'value',
  'to_ids',
  'comment',
  'distribution',
  'sharing_group_id',
  'disable_correlation',
  'deleted',
  'object_relation',
  'first_seen',
  'last_seen',
] as const;

/** Parts of a member that are always worth a write: files and tags. */
const ALWAYS = ['data', 'base64', 'Tag', 'AttributeTag', 'SharingGroup'] as const;

/** True when the sent member says something else than what is stored; absent fields say nothing. */
export function hasChanged(stored: AttributeRow, sent: JsonObject): boolean {
  if (ALWAYS.some((key) => isFilled(sent[key]))) return true;
  const row: JsonObject = { ...attributeRowWire(stored), value: joinValue(stored.value1, stored.value2) };
  return COMPARED.some((key) => Object.hasOwn(sent, key) && plain(sent[key]) !== plain(row[key]));
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== '';
}

/** MISP's spellings of the same: true, 1 and "1"; null, absent and empty. */
function plain(value: unknown): string {
  if (value === true || value === 'true') return '1';
  if (value === false || value === 'false') return '0';
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
