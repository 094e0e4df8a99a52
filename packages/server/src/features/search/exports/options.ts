import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import type { SearchParameters } from '../rest-search/parameters.ts';

/** What an option may be. */
export interface TextOption {
  /** As a request names it. */
  readonly name: string;
  /** Instance setting that stands in for a request that does not say. */
  readonly setting?: string;
  readonly fallback: string;
  readonly accepts: (text: string) => boolean;
  /** What is accepted, for the message. */
  readonly expected: string;
}

/**
 * An option of a format: as sent, else as set for the instance, else its default. Throws `BadRequest` that names the
 * option for a value that it does not take; a setting that cannot be used is passed over.
 */
export function readTextOption(magpie: Magpie, parameters: SearchParameters, option: TextOption): string {
  const sent = parameters.get(option.name);
  if (sent !== undefined) {
    const text = typeof sent === 'string' || typeof sent === 'number' ? String(sent).trim() : null;
    if (text === null || !option.accepts(text)) {
      throw new BadRequest(`Invalid value for ${option.name}: it takes ${option.expected}.`);
    }
    return text;
  }
  const stored = option.setting === undefined ? undefined : magpie.settings.stored(option.setting);
  const text = typeof stored === 'string' || typeof stored === 'number' ? String(stored) : '';
  return text !== '' && option.accepts(text) ? text : option.fallback;
}

/** One of a few words. Throws `BadRequest` that names the option and the words. */
export function readChoice<Word extends string>(
  parameters: SearchParameters,
  name: string,
  words: readonly Word[],
  fallback: Word,
): Word {
  const sent = parameters.get(name);
  if (sent === undefined) return fallback;
  const found = words.find((word) => word.toLowerCase() === String(sent).toLowerCase());
  if (found === undefined) throw new BadRequest(`Invalid value for ${name}: it takes one of ${words.join(', ')}.`);
  return found;
}
