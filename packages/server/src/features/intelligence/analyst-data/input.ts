import { readUuid } from '@magpie/model';
import { type JsonObject, readBoolean, readInteger } from '../../../http/lenient.ts';
import type { AnalystKind } from './rows.ts';

/** The writable fields, checked; what was not sent is undefined. */
export interface AnalystInput {
  uuid?: string;
  object_uuid?: string;
  object_type?: string;
  authors?: string;
  created?: Date;
  modified?: Date;
  distribution?: number;
  locked?: boolean;
  note?: string;
  language?: string;
  opinion?: number;
  comment?: string;
  relationship_type?: string;
  related_object_uuid?: string;
  related_object_type?: string;
}

type Field = keyof AnalystInput;

const MAX_NAME = 255;
const MAX_TEXT = 2 ** 20;

const text = (limit: number) => (value: unknown) => {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.length <= limit && !value.includes('\0') ? value : null;
};

const readers: { [F in Field]-?: (value: unknown) => AnalystInput[F] | null } = {
  uuid: readUuid,
  object_uuid: readUuid,
  object_type: text(80),
  authors: text(MAX_TEXT),
  created: readTime,
  modified: readTime,
  // MISP takes 5 as well and reads it like 0: there is nothing to inherit from.
  distribution: (value) => within(readInteger(value), 0, 5),
  locked: (value) => readBoolean(value) ?? null,
  note: text(MAX_TEXT),
  language: text(MAX_NAME),
  // MISP does not hold opinions to its scale of 0 to 100.
  opinion: (value) => within(readInteger(value), -(2 ** 31), 2 ** 31 - 1),
  comment: text(MAX_TEXT),
  relationship_type: text(MAX_NAME),
  related_object_uuid: readUuid,
  related_object_type: text(80),
};

const messages: { [F in Field]-?: string } = {
  uuid: 'Please provide a valid RFC 4122 UUID',
  object_uuid: 'Please provide a valid RFC 4122 UUID',
  object_type: 'Expected a short text.',
  authors: 'Expected a text.',
  created: 'Expected a time as YYYY-MM-DD HH:MM:SS.',
  modified: 'Expected a time as YYYY-MM-DD HH:MM:SS.',
  distribution: 'Options: 0, 1, 2, 3, 4',
  locked: 'Expected a boolean.',
  note: 'Expected a text.',
  language: 'Expected a short text.',
  opinion: 'Expected a whole number.',
  comment: 'Expected a text.',
  relationship_type: 'Expected a short text.',
  related_object_uuid: 'Please provide a valid RFC 4122 UUID',
  related_object_type: 'Expected a short text.',
};

/** Reads the fields of a body; null and '' count as absent, unknown keys are ignored. */
export function readAnalystInput(body: JsonObject): { input: AnalystInput } | { errors: Record<string, string[]> } {
  const input: Record<string, unknown> = {};
  const errors: Record<string, string[]> = {};
  for (const field of Object.keys(readers) as Field[]) {
    const value = Object.hasOwn(body, field) ? body[field] : undefined;
    if (value === undefined || value === null || (value === '' && !KEEPS_EMPTY.has(field))) continue;
    const read = readers[field](value);
    if (read === null) errors[field] = [messages[field]];
    else input[field] = read;
  }
  return Object.keys(errors).length > 0 ? { errors } : { input };
}

/** Texts that an edit may empty. */
const KEEPS_EMPTY: ReadonlySet<Field> = new Set<Field>(['note', 'comment']);

/** What keeps a new entry of this kind from being stored, or null. */
export function objectionTo(kind: AnalystKind, input: AnalystInput): Record<string, string[]> | null {
  const missing = (field: Field) => ({ [field]: [`${field} is mandatory.`] });
  if (input.object_uuid === undefined) return missing('object_uuid');
  if (input.object_type === undefined) return missing('object_type');
  if (kind !== 'Relationship') return null;
  if (input.related_object_uuid === undefined) return missing('related_object_uuid');
  return input.related_object_type === undefined ? missing('related_object_type') : null;
}

function within(value: number | null, low: number, high: number): number | null {
  return value !== null && value >= low && value <= high ? value : null;
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

/** A time as MISP's columns print it (UTC), or ISO 8601 as PyMISP sends it. */
function readTime(value: unknown): Date | null {
  const match = typeof value === 'string' ? TIME.exec(value.trim()) : null;
  if (match === null) return null;
  const date = new Date(`${match[1]}T${match[2] ?? '00:00:00'}${match[3] ?? 'Z'}`);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1970 ? null : date;
}
