import { mispUuid, uuid5 } from '../ids.ts';
import { isJson, type Json, table, text, texts } from '../json.ts';
import { isBefore, stixTime } from '../times.ts';
import { readExecutable } from './executables.ts';
import { foreignParts } from './foreign-parts.ts';
import { aloneObservable, type Observed, observablesOf } from './observables-of.ts';
import { addTags, type Reading, seenOf, timestampOf } from './reading.ts';

/** What every element takes from the object that it was read from. */
export function fieldsOf(reading: Reading, id: string, object: Json): Json {
  const fields: Json = { uuid: mispUuid(id), ...timestampOf(object) };
  addTags(fields, reading.tagsFor(object));
  return fields;
}

/** Puts what a producer's object says of itself on the first attribute of a MISP object: objects have no tags. */
export function addObject(
  reading: Reading,
  ids: readonly string[],
  object: Json | null,
  tags: readonly string[],
): boolean {
  if (object === null) return false;
  const members = Array.isArray(object.Attribute) ? object.Attribute.filter(isJson) : [];
  const [first] = members;
  if (first !== undefined) addTags(first, tags);
  reading.addObject(object, ids);
  return true;
}

/** Observables that are attributes: the type, and where the value stands. */
const simple: Readonly<Record<string, readonly [type: string, property: string]>> = table({
  'domain-name': ['domain', 'value'],
  'ipv4-addr': ['ip-dst', 'value'],
  'ipv6-addr': ['ip-dst', 'value'],
  url: ['url', 'value'],
  'email-addr': ['email', 'value'],
  mutex: ['mutex', 'name'],
  'mac-addr': ['mac-address', 'value'],
  'autonomous-system': ['AS', 'number'],
});

/** Observables that are objects. */
const templateOf: Readonly<Record<string, string>> = table({
  file: 'file',
  software: 'software',
  'user-account': 'user-account',
  'windows-registry-key': 'registry-key',
  'x509-certificate': 'x509',
  directory: 'directory',
  artifact: 'artifact',
  'email-message': 'email',
  process: 'process',
  'network-traffic': 'network-traffic',
});

/** The template of an observable that is an object; undefined where an attribute holds it, or nothing. */
function templateFor(sco: Json): string | undefined {
  const type = text(sco, 'type');
  if (type === 'autonomous-system') return sco.name === undefined ? undefined : 'asn';
  if (type === 'domain-name') return texts(sco, 'resolves_to_refs').length === 0 ? undefined : 'domain-ip';
  return templateOf[type];
}

/** Whether an object of a bundle is an observable that MISP has a place for. */
export function isObservable(object: Json): boolean {
  return simple[text(object, 'type')] !== undefined || templateFor(object) !== undefined;
}

/** Templates of the objects that other producers' bundles become. */
export const foreignTemplates: readonly string[] = [
  ...Object.values(templateOf),
  ...[
    'asn',
    'domain-ip',
    'ip-port',
    'url',
    'pe',
    'http-request',
    'stix2-pattern',
    'yara',
    'sigma',
    'suricata',
    'malware',
  ],
  ...['malware-analysis', 'geolocation', 'organization', 'identity'],
];

/** Reads observed data: what nothing else in it refers to becomes an element, seen once or more often. */
export function readObserved(reading: Reading, id: string, object: Json): void {
  const observed = observablesOf(object, reading.bundle.objects);
  const references = observed.list.flatMap((sco) => referencesOf(sco));
  reading.spend(observed.list.length + references.length);
  const pointed = new Set(references);
  let count = 0;
  for (const [index, sco] of observed.list.entries()) {
    const key = text(sco, 'id') || String(index);
    if (pointed.has(key)) continue;
    const known = text(sco, 'id') === '' ? undefined : reading.elementOf(key);
    if (known !== undefined) {
      // Other observed data made an element of it: it was seen again.
      reading.link(id, known);
      widenSeen(known, seenOf(object, 'first_observed', 'last_observed'));
      count += 1;
      continue;
    }
    const fields = {
      ...fieldsOf(reading, count === 0 ? id : `${id}-${index}`, object),
      ...seenOf(object, 'first_observed', 'last_observed'),
      comment: `Observed Data ID: ${id}`,
    };
    if (addObservable(reading, [id, key], sco, { ...observed, list: [sco] }, fields)) count += 1;
  }
  for (const sco of observed.list) reading.take(text(sco, 'id'));
  if (count === 0) reading.leave(id, 'Its observables have no place in MISP.');
  else reading.take(id);
}

/** The times of an element, moved apart where it was seen earlier or later still. */
function widenSeen(element: Json, { first_seen: first, last_seen: last }: Json): void {
  const timeOf = (value: unknown) => (typeof value === 'string' ? stixTime(value) : null);
  const [from, until] = [timeOf(first), timeOf(last)];
  const [knownFrom, knownUntil] = [timeOf(element.first_seen), timeOf(element.last_seen)];
  if (from !== null && (knownFrom === null || isBefore(from, knownFrom))) element.first_seen = first;
  if (until !== null && (knownUntil === null || isBefore(knownUntil, until))) element.last_seen = last;
}

function referencesOf(sco: Json): string[] {
  return Object.keys(sco).flatMap((key) => (/_refs?$/.test(key) ? texts(sco, key) : []));
}

/** Reads an observable that stands for itself. */
export function readObservable(reading: Reading, id: string, sco: Json): void {
  const fields = fieldsOf(reading, id, sco);
  if (!addObservable(reading, [id], sco, aloneObservable(sco, reading.bundle.objects), fields)) {
    reading.leave(id, 'It holds nothing that MISP has a type for.');
  }
}

/** Observables that another one refers to, and so holds. */
export function heldObservables(objects: Iterable<Json>): Set<string> {
  const held = new Set<string>();
  for (const object of objects) {
    if (templateFor(object) === undefined) continue;
    for (const id of referencesOf(object)) if (id !== object.id) held.add(id);
  }
  return held;
}

function addObservable(reading: Reading, ids: readonly string[], sco: Json, observed: Observed, fields: Json): boolean {
  const type = text(sco, 'type');
  const [attributeType, property] = simple[type] ?? [];
  if (attributeType !== undefined && property !== undefined && templateFor(sco) === undefined) {
    const label = type === 'email-addr' ? text(sco, 'display_name') : '';
    if (label !== '') return addMailbox(reading, ids, sco, label, fields);
    const value = attributeType === 'AS' ? `AS${text(sco, property)}` : text(sco, property);
    const known = reading.detectedAttribute(attributeType, value);
    if (known !== undefined) {
      // The indicator says the same of it already.
      for (const id of ids) reading.link(id, known);
      return true;
    }
    const attribute = reading.attribute(attributeType, value, { ...fields, to_ids: false });
    if (attribute === null) return false;
    reading.addAttribute(attribute, ids);
    return true;
  }
  const name = templateFor(sco);
  if (name === undefined) return false;
  const uuid = text(fields, 'uuid');
  const parts = foreignParts(name, sco, observed, reading.options.templates?.(name), uuid);
  const { Tag: tags, ...rest } = fields;
  const object = reading.object(name, uuid, parts, { fields: rest });
  if (object !== null && name === 'file') readExecutable(reading, { file: object, observed, seed: ids[0] ?? '' });
  return addObject(
    reading,
    ids,
    object,
    Array.isArray(tags) ? tags.filter(isJson).map((tag) => text(tag, 'name')) : [],
  );
}

/** An address with the name beside it: an attribute each. */
function addMailbox(reading: Reading, ids: readonly string[], sco: Json, label: string, fields: Json): boolean {
  const comment = `Observable object ID: ${text(sco, 'id')}`;
  const address = reading.attribute('email', text(sco, 'value'), { ...fields, comment, to_ids: false });
  if (address === null) return false;
  reading.addAttribute(address, ids);
  const uuid = uuid5(`${text(fields, 'uuid')} - display_name - ${label}`);
  const name = reading.attribute('email-dst-display-name', label, { ...fields, uuid, comment, to_ids: false });
  if (name !== null) reading.addAttribute(name, ids);
  return true;
}
