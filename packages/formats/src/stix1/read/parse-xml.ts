import { SaxesParser } from 'saxes';
import type { Json } from '../../stix2/json.ts';
import { StixRefused } from '../../stix2/read/bundle.ts';

/** STIX 1 nests about twenty levels deep, and CybOX may put observables into observables. */
const MOST_DEPTH = 100;
/** About what a document of 100,000 indicators has. */
const MOST_ELEMENTS = 5_000_000;
const MOST_ATTRIBUTES = 100;

interface Open {
  readonly name: string;
  readonly json: Json;
  text: string;
  hasChildren: boolean;
}

/**
 * Parses XML that comes from outside into JSON much like that of python-stix: elements by their local names in lower
 * case, one or a list of them; attributes beside them; text alone as text, else in `value`. A document type is refused,
 * so no entity but the five of XML exists. Throws `StixRefused` for what is no XML, or larger or deeper than anything
 * real.
 */
export function parseStix1Xml(document: string): { root: string; json: Json } {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const open: Open[] = [];
  let elements = 0;
  let result: { root: string; json: Json } | undefined;
  parser.on('error', (cause) => {
    throw new StixRefused('The document is not valid XML.', { cause });
  });
  parser.on('doctype', () => {
    throw new StixRefused('The document has a document type declaration, which is not taken.');
  });
  parser.on('opentag', ({ name, attributes }) => {
    elements += 1;
    if (open.length >= MOST_DEPTH) throw new StixRefused(`The document nests more than ${MOST_DEPTH} levels deep.`);
    if (elements > MOST_ELEMENTS) throw new StixRefused(`The document has more than ${MOST_ELEMENTS} elements.`);
    const above = open.at(-1);
    if (above !== undefined) above.hasChildren = true;
    open.push({ name: keyOf(name), json: attributesOf(attributes), text: '', hasChildren: false });
  });
  const addText = (text: string) => {
    const current = open.at(-1);
    if (current !== undefined) current.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const above = open.at(-1);
    const value = contentOf(closed);
    if (above !== undefined) append(above.json, closed.name, value);
    else result = { root: closed.name, json: closed.json };
  });
  parser.write(document).close();
  if (result === undefined) throw new StixRefused('The document is not valid XML.');
  return result;
}

/** Names that JavaScript gives a meaning of its own never stand in STIX. */
function keyOf(name: string): string {
  const local = name.slice(name.indexOf(':') + 1).toLowerCase();
  return local.startsWith('__') ? `x${local}` : local;
}

function attributesOf(attributes: Record<string, unknown>): Json {
  const json: Json = Object.create(null);
  const entries = Object.entries(attributes);
  if (entries.length > MOST_ATTRIBUTES) throw new StixRefused('An element of the document has too many attributes.');
  for (const [name, value] of entries) {
    if (name.startsWith('xmlns')) continue;
    json[name === 'xsi:type' || name.endsWith(':type') ? 'xsi:type' : keyOf(name)] = value;
  }
  return json;
}

function contentOf({ json, text, hasChildren }: Open): unknown {
  if (hasChildren) return json;
  const isPlain = Object.keys(json).length === 0;
  if (isPlain) return text;
  if (text.trim() !== '') json.value = text;
  return json;
}

function append(json: Json, key: string, value: unknown): void {
  const known = json[key];
  if (known === undefined) json[key] = value;
  else if (Array.isArray(known)) known.push(value);
  else json[key] = [known, value];
}
