import { findIndicators, isAttributeType, isTypeInCategory, validateAttributeValue } from '@magpie/model';
import { isObject, type JsonObject, readBoolean, readInteger, readList } from '../../../http/lenient.ts';
import type { Rejection } from '../../intelligence/events/write-context.ts';
import { EMPTY_REVIEW, MAX_ATTRIBUTES, type Review, type ReviewOptions } from './review.ts';

const LONGEST_FREE_TEXT = 10_000_000;
const TOO_MANY = `More than ${MAX_ATTRIBUTES} values; the rest was left out.`;

/**
 * Results of the simplified format: values with the types they may have, the first that the value fits being the
 * default (Cortex names all types of hashes, in no order). `freetext` among them runs the value through the rules of
 * free text. Samples that come as they are get encrypted when they are stored (modules-protocol reference, section 4).
 */
export function readSimplified(results: readonly unknown[], options: ReviewOptions): Review {
  const attributes: JsonObject[] = [];
  const rejected: Rejection[] = [];
  const reject = (path: string, reason: string) => rejected.push({ path, reason });
  for (const [index, result] of results.entries()) {
    const path = `results[${index}]`;
    if (!isObject(result)) {
      reject(path, 'Expected an object.');
      continue;
    }
    for (const [place, value] of (readList(result.values ?? result.value) ?? []).entries()) {
      const at = `${path}.values[${place}]`;
      const room = MAX_ATTRIBUTES - attributes.length;
      if (room === 0) {
        reject(at, TOO_MANY);
        return { ...EMPTY_REVIEW, attributes, rejected };
      }
      const found = attributesOf(value, result, options, (reason) => reject(at, reason));
      if (found.length > room) reject(at, TOO_MANY);
      attributes.push(...found.slice(0, room));
    }
  }
  return { ...EMPTY_REVIEW, attributes, rejected };
}

/** The attributes that one value of a result gives; `reject` is told why there are none, or not all. */
function attributesOf(
  value: unknown,
  result: JsonObject,
  options: ReviewOptions,
  reject: (reason: string) => void,
): JsonObject[] {
  const types = textsOf(result.types ?? result.type);
  const text = scalarText(value);
  if (text === null) {
    reject('A structure is for reading only.');
    return [];
  }
  if (types.includes('freetext')) {
    const found = fromFreeText(text, result, options);
    if (found.length === 0) reject('Nothing in the text is known as an indicator.');
    if (text.length > LONGEST_FREE_TEXT) {
      reject(`No more than ${LONGEST_FREE_TEXT} characters were looked through; the rest was left out.`);
    }
    return found;
  }
  const known = types.filter(isAttributeType);
  if (known.length > 0) return fromValue(text, known, result, options);
  reject('None of its types is known.');
  return [];
}

function fromValue(text: string, types: readonly string[], result: JsonObject, options: ReviewOptions): JsonObject[] {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const fitting =
    types.length > 1 ? types.find((type) => validateAttributeValue(type, text, nowSeconds).ok) : undefined;
  const type = fitting ?? types[0] ?? '';
  const common = commonPart(result, options);
  const category = textsOf(result.categories ?? result.category).find((name) => isTypeInCategory(type, name));
  const toIds = readBoolean(result.to_ids);
  const attribute: JsonObject = {
    type,
    ...(category === undefined ? {} : { category }),
    value: text,
    ...(toIds === undefined ? {} : { to_ids: toIds }),
    ...common,
    ...(types.length > 1 ? { types } : {}),
  };
  if (typeof result.data !== 'string' || result.data === '') return [attribute];
  const isHandled = readBoolean(result.data_is_handled) === true;
  return [{ ...attribute, data: result.data, ...(type === 'malware-sample' && !isHandled ? { encrypt: true } : {}) }];
}

function fromFreeText(text: string, result: JsonObject, options: ReviewOptions): JsonObject[] {
  const common = commonPart(result, options);
  return findIndicators(text.slice(0, LONGEST_FREE_TEXT)).map((indicator) => ({
    type: indicator.type,
    category: indicator.category,
    value: indicator.value,
    to_ids: indicator.toIds,
    ...common,
    ...(indicator.alternatives.length > 1 ? { types: indicator.alternatives } : {}),
  }));
}

function commonPart(result: JsonObject, options: ReviewOptions): JsonObject {
  const distribution = readInteger(result.distribution);
  const isReach = distribution !== null && distribution >= 0 && distribution <= 5 && distribution !== 4;
  const tags = (typeof result.tags === 'string' ? result.tags.split(',') : textsOf(result.tags))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return {
    comment: typeof result.comment === 'string' && result.comment !== '' ? result.comment : options.comment,
    distribution: isReach ? distribution : options.distribution,
    ...(tags.length > 0 ? { Tag: tags.map((name) => ({ name })) } : {}),
  };
}

/** Text, number or truth as the text of a value; null for structures. */
export function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  return null;
}

function textsOf(value: unknown): string[] {
  return (readList(value) ?? []).filter((item) => typeof item === 'string');
}
