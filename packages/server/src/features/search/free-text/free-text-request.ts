import { BadRequest } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readInteger, unwrap } from '../../../http/lenient.ts';
import type { Call } from '../../../http/operation.ts';

/** Longer texts are refused. */
export const LONGEST_TEXT = 10_000_000;

/** What a client wants of a text. */
export interface FreeTextRequest {
  readonly text: string;
  /** A number unless it came as text: MISP's answer repeats it as it was sent. */
  readonly distribution: number | string;
  readonly sharingGroupId: number;
  /** What warninglists know: kept, stored without the IDS flag, or left out. */
  readonly warninglists: 'ignore' | 'soft' | 'hard';
  /** Only tell what would be found. */
  readonly isOffer: boolean;
  /** Name with each offer the warninglists that know it. */
  readonly withWarnings: boolean;
}

/**
 * Reads `{"value": …}`, `{"Attribute": {"value": …}}` or a bare text, with `adhereToWarninglists` and
 * `returnMetaAttributes` there or in the path. Without a value the text is empty. Throws `BadRequest`.
 */
export function readFreeTextRequest(call: Pick<Call, 'args' | 'body'>, defaultDistribution: string): FreeTextRequest {
  const body = typeof call.body === 'string' ? { value: call.body } : bodyOf(call.body);
  const { value } = body;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : readTexts(value);
  if (text.length > LONGEST_TEXT) throw new BadRequest('The text is too long.');
  return {
    text,
    distribution:
      readDistribution(body.distribution) ?? (defaultDistribution === 'event' ? 5 : Number(defaultDistribution)),
    sharingGroupId: readInteger(body.sharing_group_id) ?? 0,
    warninglists: readAdherence(body.adhereToWarninglists ?? call.args.adhere),
    isOffer: readBoolean(body.returnMetaAttributes ?? call.args.meta) === true,
    withWarnings: readBoolean(body.includeWarninglistHits) === true,
  };
}

function bodyOf(body: unknown): JsonObject {
  return isObject(body) ? unwrap(body, 'Attribute') : {};
}

function readTexts(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join('\n');
  throw new BadRequest('value takes a text.');
}

function readDistribution(value: unknown): number | string | null {
  if (value === undefined || value === null || value === '') return null;
  const number = readInteger(value);
  if (number === null || number < 0 || number > 5) throw new BadRequest('distribution takes a number from 0 to 5.');
  return typeof value === 'string' ? value : number;
}

function readAdherence(value: unknown): FreeTextRequest['warninglists'] {
  if (value === 'soft') return 'soft';
  return readBoolean(value) === true ? 'hard' : 'ignore';
}
