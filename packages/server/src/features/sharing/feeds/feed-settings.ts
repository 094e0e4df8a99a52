import { RE2JS, RE2JSException } from 're2js';
import { isObject, readBoolean } from '../../../http/lenient.ts';

/** What a feed's `settings` say. */
export interface FeedSettings {
  /** 0-based columns of a CSV; empty: all. */
  columns: number[];
  delimiter: string;
  excludes: (text: string) => boolean;
  disableCorrelation: boolean;
  unpublishEvent: boolean;
}

const MAX_COLUMN = 10_000;

/** Reads the stored text; what cannot be read counts as not set. */
export function readFeedSettings(text: string | null): FeedSettings {
  const value = parse(text);
  const csv = isObject(value.csv) ? value.csv : {};
  const common = isObject(value.common) ? value.common : {};
  const delimiter = typeof csv.delimiter === 'string' && csv.delimiter !== '' ? csv.delimiter : ',';
  return {
    columns: readColumns(csv.value),
    delimiter: delimiter === '\\t' ? '\t' : delimiter,
    excludes: compileExclusion(common.excluderegex) ?? (() => false),
    disableCorrelation: readBoolean(value.disable_correlation) ?? false,
    unpublishEvent: readBoolean(value.unpublish_event) ?? false,
  };
}

/** The exclusion pattern that cannot be used, or null: for messages to who saves a feed. */
export function unusableExclusion(text: string): string | null {
  const value = parse(text);
  const pattern = isObject(value.common) ? value.common.excluderegex : undefined;
  return typeof pattern === 'string' && pattern !== '' && compileExclusion(pattern) === null ? pattern : null;
}

/**
 * MISP's form of a pattern: between two delimiters, with flags behind. Matched by RE2, in time linear in the text
 * whatever the pattern. Undefined when there is none, null when it cannot be used.
 */
function compileExclusion(pattern: unknown): ((text: string) => boolean) | null | undefined {
  if (typeof pattern !== 'string' || pattern === '') return undefined;
  const parts = /^([/#~@%!])(.*)\1([a-z]*)$/s.exec(pattern);
  const [source, flags] = parts === null ? [pattern, ''] : [parts[2] ?? '', parts[3] ?? ''];
  try {
    const options =
      (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
      (flags.includes('m') ? RE2JS.MULTILINE : 0) |
      (flags.includes('s') ? RE2JS.DOTALL : 0);
    const compiled = RE2JS.compile(source, options);
    return (text) => compiled.matcher(text).find();
  } catch (error) {
    if (error instanceof RE2JSException) return null;
    throw error;
  }
}

function readColumns(value: unknown): number[] {
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  return String(value)
    .split(',')
    .map((part) => Number(part.trim()))
    .filter((column) => Number.isInteger(column) && column > 0 && column <= MAX_COLUMN)
    .map((column) => column - 1);
}

function parse(text: string | null): Record<string, unknown> {
  if (text === null || text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    // Settings written by a client that sends no JSON: nothing is set.
    return {};
  }
}
