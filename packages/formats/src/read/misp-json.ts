import { DocumentRefused, isObject, type JsonObject } from './reading.ts';

/**
 * The events of a MISP JSON document: one (`{"Event": …}` or the bare event), a list of them, or a search result
 * (`{"response": […]}`); one of attributes or objects is an event called `name`. Throws `DocumentRefused` when it holds
 * anything else.
 */
export function mispEvents(document: unknown, name: string): JsonObject[] {
  const inner = isObject(document) && 'response' in document ? document.response : document;
  const loose = looseElements(inner);
  if (loose !== null) return [{ info: name, ...loose }];
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

/** What a search of attributes or of objects answers: elements of any events. Null for anything else. */
function looseElements(inner: unknown): JsonObject | null {
  if (Array.isArray(inner)) {
    const objects = inner.map((item) => (isObject(item) && isObject(item.Object) ? item.Object : null));
    return objects.length > 0 && !objects.includes(null) ? { Object: objects } : null;
  }
  if (!isObject(inner) || 'Event' in inner || 'info' in inner) return null;
  const { Attribute: attributes, Object: objects } = inner;
  if (!Array.isArray(attributes) && !Array.isArray(objects)) return null;
  return { Attribute: attributes ?? [], Object: objects ?? [] };
}
