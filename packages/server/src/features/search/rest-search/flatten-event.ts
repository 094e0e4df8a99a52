import { isObject } from '../../../http/lenient.ts';

/** The event's JSON with the attributes of its objects among the plain ones, and without objects. */
export async function flattenEvent(chunks: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  const parsed: unknown = JSON.parse(text);
  if (!isObject(parsed) || !isObject(parsed.Event)) return text;
  const { Object: objects, Attribute: attributes, ...event } = parsed.Event;
  const plain = Array.isArray(attributes) ? attributes : [];
  const members = (Array.isArray(objects) ? objects : []).flatMap((object: unknown) =>
    isObject(object) && Array.isArray(object.Attribute) ? object.Attribute : [],
  );
  return JSON.stringify({ Event: { ...event, Attribute: [...plain, ...members], Object: [] } });
}
