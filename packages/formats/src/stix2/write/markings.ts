import type { Json } from '../json.ts';

/** `object_marking_refs`, where there are any. */
export function marked(markings: readonly string[]): Json {
  return markings.length === 0 ? {} : { object_marking_refs: markings };
}
