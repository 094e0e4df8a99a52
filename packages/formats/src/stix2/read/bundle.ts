import { parseId, uuid5 } from '../ids.ts';
import { isJson, type Json, text } from '../json.ts';

/** A document that is refused as a whole; the message says why. */
export class StixRefused extends Error {
  override readonly name = 'StixRefused';
}

/** Something of a bundle that was not taken. */
export interface NotTaken {
  /** The STIX id, or the place in the bundle of what has none. */
  readonly id: string;
  readonly reason: string;
}

/** A checked bundle. */
export interface Bundle {
  readonly id: string;
  readonly version: '2.0' | '2.1';
  readonly objects: ReadonlyMap<string, Json>;
  readonly notTaken: NotTaken[];
}

/** No bundle has more objects; 1,000,000 attributes have about five million, which are imported in several bundles. */
const MOST_OBJECTS = 1_000_000;
/** STIX nests hardly ten levels deep. */
const MOST_DEPTH = 100;

/**
 * Parses JSON that comes from outside. Throws `StixRefused` for what is none, or nests so deep that it can only be meant
 * to do harm; that is found by looking at the brackets, before anything is built.
 */
export function parseStixText(document: string): unknown {
  let depth = 0;
  let inText = false;
  for (let index = 0; index < document.length; index += 1) {
    const code = document.charCodeAt(index);
    if (inText) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) inText = false;
    } else if (code === 0x22) inText = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > MOST_DEPTH) throw new StixRefused(`The document nests more than ${MOST_DEPTH} levels deep.`);
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  try {
    return JSON.parse(document);
  } catch (cause) {
    throw new StixRefused('The document is not valid JSON.', { cause });
  }
}

/** Whether a parsed document claims to be STIX 2. */
export function isStix2(document: unknown): boolean {
  if (!isJson(document)) return false;
  return document.type === 'bundle' && Array.isArray(document.objects);
}

/** Objects that came without an id of their own are a matter of single objects; the bundle stands. */
export function checkBundle(sent: unknown): Bundle {
  const document = bundled(sent);
  if (document === null) throw new StixRefused('The document is no STIX 2 bundle.');
  const given = document.objects;
  if (!Array.isArray(given)) throw new StixRefused('The bundle has no list of objects.');
  if (given.length > MOST_OBJECTS) throw new StixRefused(`The bundle has more than ${MOST_OBJECTS} objects.`);
  const notTaken: NotTaken[] = [];
  const objects = new Map<string, Json>();
  for (const [index, object] of given.entries()) {
    const place = `objects[${index}]`;
    if (!isJson(object)) {
      notTaken.push({ id: place, reason: 'It is no JSON object.' });
      continue;
    }
    const id = parseId(object.id);
    if (id === null || id.type !== object.type) {
      notTaken.push({ id: place, reason: 'Its id is not a STIX id of its type.' });
      continue;
    }
    const key = text(object, 'id');
    const known = objects.get(key);
    if (known !== undefined && text(known, 'modified') >= text(object, 'modified')) {
      notTaken.push({ id: key, reason: 'The bundle holds a newer object of this id, or the same again.' });
      continue;
    }
    objects.set(key, object);
  }
  return { id: text(document, 'id'), version: versionOf(document, objects), objects, notTaken };
}

/** A bundle; what a TAXII server answers (TAXII 2.1, 3.7), a list of objects or a single one as if it were one. */
function bundled(document: unknown): Json | null {
  if (Array.isArray(document)) return hasId(document[0]) ? wrapped(document) : null;
  if (!isJson(document)) return null;
  if (document.type === 'bundle') return document;
  if (Array.isArray(document.objects)) return wrapped(document.objects);
  return hasId(document) ? wrapped([document]) : null;
}

function hasId(object: unknown): boolean {
  return isJson(object) && parseId(object.id) !== null;
}

const NAMED_BY = 100;

/** Its id comes from those of its first objects and their number, so that the same document is the same event. */
function wrapped(objects: readonly unknown[]): Json {
  const ids = objects.slice(0, NAMED_BY).map((object) => (isJson(object) ? text(object, 'id') : ''));
  return { type: 'bundle', id: `bundle--${uuid5(`bundle of ${objects.length}: ${ids.join(' ')}`)}`, objects };
}

function versionOf(document: Json, objects: ReadonlyMap<string, Json>): '2.0' | '2.1' {
  if (document.spec_version === '2.0') return '2.0';
  for (const object of objects.values()) if (object.spec_version === '2.1') return '2.1';
  return document.spec_version === '2.1' ? '2.1' : '2.0';
}
