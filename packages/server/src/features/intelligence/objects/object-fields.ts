import { parseDateText, readUuid, readUuidShape } from '@magpie/model';
import { type JsonObject, readBoolean, readInteger } from '../../../http/lenient.ts';
import type { ObjectRow } from '../events/rows.ts';

/** The writable fields of an object. */
export interface ObjectFields {
  uuid: string | null;
  name: string;
  metaCategory: string;
  description: string;
  templateUuid: string;
  templateVersion: number;
  timestamp: number | null;
  distribution: number;
  comment: string;
  deleted: boolean;
  firstSeen: number | null;
  lastSeen: number | null;
}

/**
 * Reads an object's own fields. Name, meta-category and template are needed for a new one; on a change only comment,
 * distribution, template version, first and last seen and deletion are taken, the rest stays as stored.
 * Messages stand by wire key.
 */
export function readObjectFields(
  body: JsonObject,
  stored: ObjectRow | null,
): { fields: ObjectFields } | { errors: Record<string, string[]> } {
  const errors: Record<string, string[]> = {};
  const text = (key: string, fallback: string): string => {
    const value = Object.hasOwn(body, key) ? body[key] : undefined;
    if (value === undefined || value === null) return fallback;
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    errors[key] = ['Expected a text.'];
    return fallback;
  };
  const whole = (key: string, fallback: number, high: number): number => {
    const value = Object.hasOwn(body, key) ? body[key] : undefined;
    if (value === undefined || value === null || value === '') return fallback;
    const number = readInteger(value);
    if (number !== null && number >= 0 && number <= high) return number;
    errors[key] = key === 'distribution' ? [DISTRIBUTION_OPTIONS] : ['Expected a whole number.'];
    return fallback;
  };
  const seen = (key: string, fallback: number | null): number | null => {
    const value = Object.hasOwn(body, key) ? body[key] : undefined;
    if (value === undefined) return fallback;
    if (value === null || value === '') return null;
    const time = typeof value === 'string' && !/^\d+$/.test(value) ? parseDateText(value, 0) : null;
    if (time === null) errors[key] = ['Invalid ISO 8601 format'];
    return time;
  };
  const uuid = readUuid(body.uuid);
  if (uuid === null && body.uuid !== undefined && body.uuid !== null && body.uuid !== '') {
    errors.uuid = ['Please provide a valid RFC 4122 UUID'];
  }
  const timestamp = readInteger(body.timestamp);
  const namesTime = body.timestamp !== undefined && body.timestamp !== null && body.timestamp !== '';
  if (namesTime && (timestamp === null || timestamp < 0)) errors.timestamp = ['Expected seconds since 1970.'];
  const fields: ObjectFields = {
    uuid,
    name: stored?.name ?? text('name', ''),
    metaCategory: stored?.meta_category ?? text('meta-category', ''),
    description: stored?.description ?? text('description', ''),
    templateUuid: stored?.template_uuid ?? text('template_uuid', ''),
    templateVersion: whole('template_version', stored?.template_version ?? 1, 2 ** 40),
    timestamp,
    distribution: whole('distribution', stored?.distribution ?? 0, 5),
    comment: text('comment', stored?.comment ?? ''),
    deleted: readBoolean(body.deleted) ?? stored?.deleted ?? false,
    firstSeen: seen('first_seen', stored?.first_seen ?? null),
    lastSeen: seen('last_seen', stored?.last_seen ?? null),
  };
  if (stored === null) checkOrigin(fields, errors);
  return Object.keys(errors).length > 0 ? { errors } : { fields };
}

// MISP leaves out objects that do not say what they are made after (seen in 2.5.1).
function checkOrigin(fields: ObjectFields, errors: Record<string, string[]>): void {
  if (fields.name === '') errors.name ??= ['An object needs a name.'];
  if (fields.metaCategory === '') errors['meta-category'] ??= ['An object needs a meta-category.'];
  if (readUuidShape(fields.templateUuid) === null) {
    errors.template_uuid ??= ['Please provide a valid RFC 4122 UUID'];
  }
}

const DISTRIBUTION_OPTIONS =
  'Options: Your organisation only, This community only, Connected communities, All communities, Sharing group, Inherit event';
