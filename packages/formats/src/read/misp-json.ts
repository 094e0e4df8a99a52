import { DocumentRefused, isObject, type JsonObject } from './reading.ts';

/**
 * The events of a MISP JSON document: one (`{"Event": …}` or the bare event), a list of them, or a search result
 * (`{"response": […]}`). Throws `DocumentRefused` when it holds anything else.
 */
export function mispEvents(document: unknown): JsonObject[] {
  const inner = isObject(document) && 'response' in document ? document.response : document;
  const events = (Array.isArray(inner) ? inner : [inner]).map(eventOf);
  if (events.length === 0 || events.includes(null)) {
    throw new DocumentRefused('This is not a MISP event, nor a list of MISP events.');
  }
  return events.filter((event) => event !== null);
}

function eventOf(value: unknown): JsonObject | null {
  if (!isObject(value)) return null;
  if (isObject(value.Event)) return value.Event;
  return 'info' in value ? value : null;
}
