import { joinValue } from '@magpie/model';
import type { JsonObject } from '../../../http/lenient.ts';
import { seenWire } from '../attributes/wire.ts';
import type { State } from './kinds.ts';

/** Values of the history in the keys of a body. */
export function bodyOfState(state: State, fields: readonly string[]): JsonObject {
  const body: JsonObject = Object.fromEntries(fields.map((field) => [field, state[field]]));
  if (fields.includes('value1') || fields.includes('value2')) {
    delete body.value1;
    delete body.value2;
    body.value = joinValue(String(state.value1 ?? ''), String(state.value2 ?? ''));
  }
  for (const field of ['first_seen', 'last_seen']) {
    if (!fields.includes(field)) continue;
    const time = state[field];
    body[field] = typeof time === 'number' ? seenWire(time) : null;
  }
  // A group means nothing without its distribution, and the other way round.
  if (fields.includes('distribution') || fields.includes('sharing_group_id')) {
    body.distribution = state.distribution;
    body.sharing_group_id = state.sharing_group_id;
  }
  return body;
}
