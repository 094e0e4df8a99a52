import { unwrap } from '../../../http/lenient.ts';
import type { Call } from '../../../http/operation.ts';

/** MISP's words for a place that is skipped. */
const SKIPPED = new Set(['null', 'false', '0', '']);

/**
 * Parameters of MISP's old export URLs: `/events/csv/download/5/null/tlp;green`. The first segment was once the API
 * key and is passed over; the others fill `names` in their order. A body, flat or in `request`, and named parameters
 * (which win) are read too, so that what restSearch knows can be asked for here as well. The event may be called `id`
 * or `eventId` there.
 */
export function readLegacyParameters(
  call: Pick<Call, 'body' | 'method' | 'named' | 'rest'>,
  names: readonly string[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  if (call.method === 'POST') Object.assign(values, unwrap(call.body));
  for (const [index, segment] of call.rest.slice(1).entries()) {
    const name = names[index];
    if (name !== undefined && !SKIPPED.has(segment.toLowerCase())) values[name] = readSegment(segment);
  }
  const { id, eventId, ...others } = { ...values, ...call.named };
  const event = [id, eventId].find(isGiven);
  return event === undefined ? others : { eventid: event, ...others };
}

// `;` stands for `:`, which would make a named parameter.
function readSegment(segment: string): string | string[] {
  const text = segment.replaceAll(';', ':').trim();
  return text.indexOf('||') > 0 ? text.split('||') : text;
}

/** True for what was sent and is not one of MISP's words for no. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && !SKIPPED.has(String(value));
}
