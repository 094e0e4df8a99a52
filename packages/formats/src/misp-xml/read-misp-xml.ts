import { parseXmlText, type XmlElement } from '../read/parse-xml.ts';
import { DocumentRefused, type JsonObject } from '../read/reading.ts';

/** Elements that are lists in MISP's JSON, also where only one is there. */
const lists = new Set(
  `Attribute Object ShadowAttribute EventReport Tag EventTag Galaxy GalaxyCluster GalaxyElement Sighting Note Opinion
   Relationship ObjectReference RelatedEvent RelatedAttribute SharingGroupOrg SharingGroupServer CryptographicKey
   refs synonyms`.split(/\s+/),
);

/** Members of an event's lists that describe one thing. */
const single = new Set(['meta', 'Org', 'Orgc', 'SharingGroup', 'Organisation']);

/** The events of MISP's XML: `<response>` with `<Event>` elements, or one `<Event>`. Throws `DocumentRefused`. */
export function* readMispXml(root: XmlElement): Generator<JsonObject> {
  const events = root.name === 'Event' ? [root] : root.children.filter(({ name }) => name === 'Event');
  if (events.length === 0) throw new DocumentRefused('The XML holds no MISP event.');
  for (const event of events) yield withCreator(objectOf(event));
}

/** Before version 2.4 organisations were names alone. */
function withCreator(event: JsonObject): JsonObject {
  const { orgc, ...rest } = event;
  return typeof orgc === 'string' && event.Orgc === undefined ? { ...rest, Orgc: { name: orgc } } : event;
}

/**
 * An XML document as the JSON that MISP's clients would send: elements become members, repeated ones lists, and all
 * values texts. Throws `DocumentRefused` as `parseXmlText` does.
 */
export function readXmlBody(text: string): JsonObject {
  const root = parseXmlText(text);
  return { [root.name]: contentOf(root, false) };
}

function objectOf(element: XmlElement): JsonObject {
  const object: JsonObject = Object.create(null);
  for (const child of element.children) {
    const value = contentOf(child, element.name === 'meta');
    // An empty element is an empty list or text, or null: each means that nothing is there.
    if (value === '') continue;
    const known = object[child.name];
    if (Array.isArray(known)) known.push(value);
    else if (known !== undefined) object[child.name] = [known, value];
    else object[child.name] = isList(child.name, element.name) ? [value] : value;
  }
  return { ...object };
}

/** What a reference or a sighting leads to stands alone in it. */
function isList(name: string, parent: string): boolean {
  if (parent === 'meta') return true;
  return lists.has(name) && !(parent === 'ObjectReference' && (name === 'Object' || name === 'Attribute'));
}

function contentOf(element: XmlElement, isText: boolean): unknown {
  if (element.children.length === 0 && (isText || !single.has(element.name))) return element.text;
  return objectOf(element);
}
