import { isJson, type Json } from '../json.ts';
import type { EventOutput } from './event-output.ts';
import { type ElementContext, marked } from './write-attribute.ts';

/** Writes observed data with its observables: beside it in STIX 2.1, inside it in 2.0. Answers its id. */
export function withObservables(
  out: EventOutput,
  { uuid, times, labels, markings }: ElementContext,
  scos: readonly Json[],
  lost: Json,
): string {
  const id = out.add({
    ...out.head('observed-data', uuid, times.created, times.created, out.creator),
    first_observed: times.firstObserved,
    last_observed: times.lastObserved,
    number_observed: 1,
    ...(out.version === '2.1' ? { object_refs: scos.map(({ id }) => id) } : { objects: numbered(scos) }),
    labels,
    ...marked(markings),
    ...lost,
  });
  if (out.version === '2.1') {
    for (const { type, id: scoId, ...properties } of scos) {
      out.add({ type, spec_version: '2.1', id: scoId, ...properties });
    }
  }
  return id;
}

/** Observables as STIX 2.0 has them: by number, referring to each other by number (STIX 2.0, part 4, section 1.2). */
function numbered(scos: readonly Json[]): Json {
  const numbers = new Map(scos.map(({ id }, index) => [id, String(index)]));
  const renumber = (value: unknown): unknown => {
    if (typeof value === 'string') return numbers.get(value) ?? value;
    if (Array.isArray(value)) return value.map(renumber);
    if (!isJson(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        key.endsWith('_ref') || key.endsWith('_refs') || isJson(item) || key === 'body_multipart'
          ? renumber(item)
          : item,
      ]),
    );
  };
  return Object.fromEntries(scos.map(({ id, ...properties }) => [numbers.get(id) ?? '', renumber(properties)]));
}
