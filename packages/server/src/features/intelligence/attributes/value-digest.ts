import { hash } from 'node:crypto';
import { isCompositeType, neverCorrelates } from '@magpie/model';

/** Types whose second half is too common to correlate by. */
const FIRST_HALF_ONLY = new Set(['ip-src|port', 'ip-dst|port', 'hostname|port']);

/**
 * The indexed key of a value: the first 8 bytes of SHA-256 over the lower-cased, trimmed text, as a signed 64-bit
 * integer in decimal (the form PostgreSQL takes for bigint). Equal keys are rechecked on the text.
 */
export function valueDigest(value: string): string {
  // From a text of bytes: making a buffer of each digest takes twice as long, reading hexadecimal half as long again.
  const digest = hash('sha256', value.trim().toLowerCase(), 'binary');
  for (let place = 0; place < 8; place += 1) head.setUint8(place, digest.charCodeAt(place));
  return head.getBigInt64(0).toString();
}

const head = new DataView(new ArrayBuffer(8));

/** What decides whether an attribute takes part in correlation. */
export interface CorrelationState {
  type: string;
  value2: string;
  deleted: boolean;
  disableCorrelation: boolean;
  eventDisablesCorrelation: boolean;
}

/** 0 = never, 1 = by value1, 2 = by both values: the `correlates` column. */
export function correlationMode(state: CorrelationState): 0 | 1 | 2 {
  if (state.deleted || state.disableCorrelation || state.eventDisablesCorrelation) return 0;
  if (neverCorrelates(state.type)) return 0;
  return state.value2 !== '' && isCompositeType(state.type) && !FIRST_HALF_ONLY.has(state.type) ? 2 : 1;
}
