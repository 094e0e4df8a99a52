import { distribution, distributions } from '../enumerations.ts';
import { parseDateText } from '../time/seen.ts';
import { readUuid } from '../uuid.ts';
import { isAttributeCategory, isTypeInCategory, typeFacts } from './catalogue.ts';
import { joinValue, splitComposite } from './composite.ts';
import { readFlag, readText, readWholeNumber } from './lenient.ts';
import type { TypeFacts } from './type-table.ts';
import { checkValue, isTooLong, unstorableText, type ValueRewrite } from './value.ts';

/** A checked attribute as it is stored, without what the server gives it (ids, place in the event). */
export interface AttributeValues {
  readonly type: string;
  readonly category: string;
  readonly value1: string;
  readonly value2: string;
  readonly toIds: boolean;
  readonly comment: string;
  readonly distribution: number;
  /** The id as sent, only with distribution 4; whether it exists is for the server to find out. */
  readonly sharingGroupId: number | null;
  /** Null when none was sent. */
  readonly uuid: string | null;
  /** Seconds since 1970; null when none was sent. */
  readonly timestamp: number | null;
  /** Microseconds since 1970. */
  readonly firstSeen: number | null;
  /** Microseconds since 1970. */
  readonly lastSeen: number | null;
  readonly disableCorrelation: boolean;
  readonly deleted: boolean;
  readonly objectRelation: string | null;
}

/** Messages by wire key, as MISP's `errors`. */
export type FieldErrors = Record<string, string[]>;

/** An attribute, or what is wrong with each field. */
export type ReadAttributeResult =
  | { readonly ok: true; readonly attribute: AttributeValues }
  | { readonly ok: false; readonly errors: FieldErrors };

/** What depends on the instance and the place of the attribute. */
export interface ReadAttributeOptions {
  /** Taken when the draft names none (MISP.default_attribute_distribution). */
  readonly defaultDistribution: number;
  /** Attributes in objects need an object_relation; others lose theirs. */
  readonly inObject: boolean;
  /** Seconds since 1970. */
  readonly now: number;
  /** Import regular expressions of the instance. */
  readonly rewrite?: ValueRewrite;
}

/**
 * Checks and normalises an attribute in MISP's wire keys, in MISP's order and
 * with its messages; the first message of each field is told. Left to the
 * server: duplicates in the event, uuids already taken, existence of the
 * sharing group, files. Never throws; keys it does not know are ignored.
 */
export function readAttribute(
  draft: Readonly<Record<string, unknown>>,
  options: ReadAttributeOptions,
): ReadAttributeResult {
  const type = readText(draft.type) ?? '';
  if (type === '') return fail('type', 'No type set.');
  const facts = typeFacts(type);
  if (facts === null) return fail('type', 'Invalid type.');
  const value = readDraftValue(draft);
  if (value === null) return fail('value', 'Value is an array.');
  const relation = options.inObject ? (readText(draft.object_relation) ?? '') : '';
  if (options.inObject && relation === '') {
    return fail('object_relation', 'Object attribute sent, but no object_relation set.');
  }
  return readFields(draft, options, { facts, value, relation });
}

interface Essentials {
  readonly facts: TypeFacts;
  readonly value: string;
  readonly relation: string;
}

function readFields(
  draft: Readonly<Record<string, unknown>>,
  options: ReadAttributeOptions,
  { facts, value, relation }: Essentials,
): ReadAttributeResult {
  const errors: FieldErrors = {};
  const report = (field: string, message: string): void => {
    errors[field] ??= [message];
  };
  const flag = (field: string, fallback: boolean): boolean => {
    const read = readFlag(draft[field], fallback);
    if (read === null) report(field, 'The value has to be true or false.');
    return read ?? fallback;
  };

  const category = readCategory(draft, facts, report);
  const checked = checkValue(facts.type, value, { nowSeconds: options.now, rewrite: options.rewrite });
  if (!checked.ok) report('value', checked.message);
  const comment = readComment(draft, report);
  checkText('object_relation', relation, report);
  const uuid = readDraftUuid(draft, report);
  const level = readDistribution(draft, options, report);
  const seen = readSeen(draft, options.now, report);
  const timestamp = readTimestamp(draft, report);
  const toIds = flag('to_ids', facts.toIds);
  const disableCorrelation = flag('disable_correlation', isPicture(facts.type, value));
  const deleted = flag('deleted', false);
  if (!checked.ok || Object.keys(errors).length > 0) return { ok: false, errors };
  return {
    ok: true,
    attribute: {
      type: facts.type,
      category,
      ...splitComposite(facts.type, checked.value),
      toIds,
      comment,
      distribution: level,
      sharingGroupId: level === distribution.sharingGroup ? readWholeNumber(draft.sharing_group_id) || null : null,
      uuid,
      timestamp,
      ...seen,
      disableCorrelation,
      deleted,
      objectRelation: relation === '' ? null : relation,
    },
  };
}

type Report = (field: string, message: string) => void;

function fail(field: string, message: string): ReadAttributeResult {
  return { ok: false, errors: { [field]: [message] } };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** The value, or its two halves joined; null for lists and objects. */
function readDraftValue(draft: Readonly<Record<string, unknown>>): string | null {
  if (!isAbsent(draft.value)) return readText(draft.value);
  if (isAbsent(draft.value1)) return '';
  const value1 = readText(draft.value1);
  const value2 = isAbsent(draft.value2) ? '' : readText(draft.value2);
  return value1 === null || value2 === null ? null : joinValue(value1, value2);
}

function readCategory(draft: Readonly<Record<string, unknown>>, facts: TypeFacts, report: Report): string {
  if (isAbsent(draft.category)) return facts.defaultCategory;
  const category = readText(draft.category) ?? '';
  if (!isTypeInCategory(facts.type, category)) report('type', 'Options depend on the selected category.');
  if (!isAttributeCategory(category)) {
    report('category', 'Options : Payload delivery, Antivirus detection, Payload installation, Files dropped ...');
  }
  return category;
}

function readComment(draft: Readonly<Record<string, unknown>>, report: Report): string {
  if (isAbsent(draft.comment)) return '';
  const comment = readText(draft.comment);
  if (comment === null) report('comment', 'The comment has to be text.');
  checkText('comment', comment ?? '', report);
  return comment ?? '';
}

function checkText(field: string, text: string, report: Report): void {
  const unstorable = unstorableText(text);
  if (unstorable !== null) report(field, unstorable);
  if (isTooLong(text)) report(field, 'The entered string is too long and would get truncated.');
}

function readDraftUuid(draft: Readonly<Record<string, unknown>>, report: Report): string | null {
  if (isAbsent(draft.uuid)) return null;
  const uuid = readUuid(draft.uuid);
  if (uuid === null) report('uuid', 'Please provide a valid RFC 4122 UUID');
  return uuid;
}

function readDistribution(
  draft: Readonly<Record<string, unknown>>,
  options: ReadAttributeOptions,
  report: Report,
): number {
  if (isAbsent(draft.distribution)) return options.defaultDistribution;
  const level = readWholeNumber(draft.distribution);
  if (level === null || level > distribution.inheritEvent) {
    report('distribution', `Options: ${distributions.map((choice) => choice.name).join(', ')}`);
  }
  return level ?? options.defaultDistribution;
}

function readTimestamp(draft: Readonly<Record<string, unknown>>, report: Report): number | null {
  if (isAbsent(draft.timestamp) || draft.timestamp === false) return null;
  const timestamp = readWholeNumber(draft.timestamp);
  // 253402300799 is the end of the year 9999.
  if (timestamp === null || timestamp > 253_402_300_799)
    report('timestamp', 'Invalid timestamp: seconds since 1970 expected.');
  return timestamp || null;
}

function readSeen(
  draft: Readonly<Record<string, unknown>>,
  now: number,
  report: Report,
): Pick<AttributeValues, 'firstSeen' | 'lastSeen'> {
  const read = (field: string): number | null => {
    if (isAbsent(draft[field])) return null;
    const text = draft[field];
    const instant = typeof text === 'string' ? parseDateText(text, now) : null;
    if (instant === null) report(field, 'Invalid ISO 8601 format');
    return instant;
  };
  const firstSeen = read('first_seen');
  const lastSeen = read('last_seen');
  if (firstSeen !== null && lastSeen !== null && lastSeen < firstSeen) {
    report('last_seen', 'Last seen value should be greater than first seen value');
  }
  return { firstSeen, lastSeen };
}

// Pictures would correlate by names such as image.png.
function isPicture(type: string, value: string): boolean {
  return type === 'attachment' && /\.(jpe?g|png|gif|webp)$/i.test(value.trimEnd());
}
