import { hashTypeOf } from '../facts/hashes.ts';
import { mispUuid } from '../ids.ts';
import { isJson, type Json, table, text, texts } from '../json.ts';
import { isClusterType, type ReadCluster, readForeignCluster } from './clusters.ts';
import { readExecutable } from './executables.ts';
import { relationOfPath } from './foreign-patterns.ts';
import { type FoundPart, partsFromObserved, partsFromSdo } from './object-parts.ts';
import { aloneObservable, type Observed, observablesOf } from './observables-of.ts';
import { type Comparison, parsePattern } from './parse-pattern.ts';
import { addTags, isRevoked, type Reading, seenOf, timestampOf } from './reading.ts';

const NOTHING: ReadonlySet<string> = new Set();

function fieldsOf(reading: Reading, id: string, object: Json): Json {
  const fields: Json = { uuid: mispUuid(id), ...timestampOf(object) };
  addTags(fields, reading.tagsFor(object));
  return fields;
}

/** Puts what a producer's object says of itself on the first attribute of a MISP object: objects have no tags. */
function addObject(reading: Reading, ids: readonly string[], object: Json | null, tags: readonly string[]): boolean {
  if (object === null) return false;
  const members = Array.isArray(object.Attribute) ? object.Attribute.filter(isJson) : [];
  const [first] = members;
  if (first !== undefined) addTags(first, tags);
  reading.addObject(object, ids);
  return true;
}

/** Reads the elements of another producer's bundle. */
export function readForeignElements(reading: Reading): void {
  const { objects } = reading.bundle;
  for (const [id, object] of objects) {
    if (object.type !== 'indicator') continue;
    if (isRevoked(object)) reading.leave(id, 'Its producer withdrew it.');
    else readIndicator(reading, id, object);
  }
  for (const [id, object] of objects) {
    if (object.type === 'observed-data') readObserved(reading, id, object);
  }
  const held = heldObservables(objects.values());
  for (const [id, object] of objects) {
    if (reading.isTaken(id)) continue;
    const type = text(object, 'type');
    const isObservable = simple[type] !== undefined || templateOf[type] !== undefined;
    if (isObservable && held.has(id)) reading.take(id);
    else if (isObservable) readObservable(reading, id, object);
    else readDomainObject(reading, id, object);
  }
}

function readIndicator(reading: Reading, id: string, object: Json): void {
  const pattern = text(object, 'pattern');
  const comment = [text(object, 'name'), text(object, 'description')].filter(Boolean).join(': ');
  const fields = {
    ...fieldsOf(reading, id, object),
    ...seenOf(object, 'valid_from', 'valid_until'),
    to_ids: true,
    ...(comment === '' ? {} : { comment }),
  };
  const language = text(object, 'pattern_type') || 'stix';
  if (language !== 'stix') {
    readRule(reading, id, object, language, fields);
    return;
  }
  const parsed = parsePattern(pattern);
  const read = parsed === null ? null : readComparisons(reading, id, parsed.comparisons, fields);
  if (!read)
    keepPattern(reading, id, object, pattern, `stix ${text(object, 'pattern_version') || reading.bundle.version}`);
}

/** One comparison is an attribute, several on things that belong together an object; false for anything else. */
function readComparisons(reading: Reading, id: string, comparisons: readonly Comparison[], fields: Json): boolean {
  const relations = comparisons
    .filter(({ path }) => !path.endsWith('_ref.type'))
    .map((comparison) => relationOfPath(comparison));
  const found = relations.flatMap((relation) => relation ?? []);
  if (found.length === 0 || found.length !== relations.length) return false;
  const values = found.flatMap(({ values: own }) => own);
  const [only] = found;
  if (values.length === 1 && only?.type !== undefined) {
    const attribute = reading.attribute(only.type, only.values[0] ?? '', {
      ...fields,
      ...(only.category === undefined ? {} : { category: only.category }),
    });
    if (attribute === null) return false;
    reading.addAttribute(attribute, [id]);
    return true;
  }
  const templates = new Set(found.map(({ template }) => template));
  // A domain with its addresses is one thing, though STIX has two.
  if (templates.size === 2 && templates.has('domain-ip') && templates.has('ip-port')) templates.delete('ip-port');
  const [name] = templates;
  if (templates.size !== 1 || name === undefined) return false;
  const parts = found.flatMap(({ relation, values: own }) => own.map((value): FoundPart => ({ relation, value })));
  const { Tag: tags, to_ids: _flag, ...rest } = fields;
  const object = reading.object(name, text(fields, 'uuid'), parts, rest, new Set(values));
  return addObject(
    reading,
    [id],
    object,
    Array.isArray(tags) ? tags.filter(isJson).map((tag) => text(tag, 'name')) : [],
  );
}

const ruleObjects: Readonly<Record<string, readonly [template: string, relation: string, name: string]>> = {
  yara: ['yara', 'yara', 'yara-rule-name'],
  sigma: ['sigma', 'sigma', 'sigma-rule-name'],
  suricata: ['suricata', 'suricata', ''],
};

function readRule(reading: Reading, id: string, object: Json, language: string, fields: Json): void {
  const pattern = text(object, 'pattern');
  if (language === 'snort') {
    const attribute = reading.attribute('snort', pattern, { ...fields, category: 'Network activity' });
    if (attribute === null) reading.leave(id, 'Its pattern is empty.');
    else reading.addAttribute(attribute, [id]);
    return;
  }
  const rule = ruleObjects[language];
  if (rule === undefined) {
    keepPattern(reading, id, object, pattern, language);
    return;
  }
  const [template, relation, named] = rule;
  const name = text(object, 'name');
  const parts = [
    { relation, value: pattern },
    ...(named === '' || name === '' ? [] : [{ relation: named, value: name }]),
  ];
  const { Tag: _tags, to_ids: _flag, ...rest } = fields;
  const made = reading.object(template, text(fields, 'uuid'), parts, rest, new Set([pattern]));
  if (!addObject(reading, [id], made, reading.tagsFor(object))) reading.leave(id, 'Its pattern is empty.');
}

/** A pattern that says more than MISP's types can is kept as it is. */
function keepPattern(reading: Reading, id: string, object: Json, pattern: string, version: string): void {
  const parts = [
    { relation: 'version', value: version },
    { relation: 'stix2-pattern', value: pattern },
  ];
  const comment = text(object, 'description') || text(object, 'name');
  const fields = { ...timestampOf(object), ...(comment === '' ? {} : { comment }), 'meta-category': 'stix2-pattern' };
  const made = pattern === '' ? null : reading.object('stix2-pattern', mispUuid(id), parts, fields, new Set([pattern]));
  if (!addObject(reading, [id], made, reading.tagsFor(object))) reading.leave(id, 'Its pattern is empty.');
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
  'autonomous-system': 'asn',
  file: 'file',
  software: 'cpe-asset',
  'user-account': 'user-account',
  'windows-registry-key': 'registry-key',
  'x509-certificate': 'x509',
  directory: 'directory',
  artifact: 'artifact',
  'email-message': 'email',
  process: 'process',
  'network-traffic': 'network-connection',
});

/** Templates of the objects that other producers' bundles become. */
export const foreignTemplates: readonly string[] = [
  ...Object.values(templateOf),
  ...['domain-ip', 'ip-port', 'url', 'pe', 'http-request', 'stix2-pattern', 'yara', 'sigma', 'suricata', 'malware'],
  ...['malware-analysis', 'geolocation', 'organization', 'identity'],
];

function readObserved(reading: Reading, id: string, object: Json): void {
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
  const known = [element.first_seen, element.last_seen];
  if (typeof first === 'string' && !(typeof known[0] === 'string' && known[0] <= first)) element.first_seen = first;
  if (typeof last === 'string' && !(typeof known[1] === 'string' && known[1] >= last)) element.last_seen = last;
}

function referencesOf(sco: Json): string[] {
  return Object.keys(sco).flatMap((key) => (/_refs?$/.test(key) ? texts(sco, key) : []));
}

function readObservable(reading: Reading, id: string, sco: Json): void {
  const fields = fieldsOf(reading, id, sco);
  if (!addObservable(reading, [id], sco, aloneObservable(sco, reading.bundle.objects), fields)) {
    reading.leave(id, 'It holds nothing that MISP has a type for.');
  }
}

/** Observables that another one refers to, and so holds. */
function heldObservables(objects: Iterable<Json>): Set<string> {
  const held = new Set<string>();
  for (const object of objects) {
    if (templateOf[text(object, 'type')] === undefined) continue;
    for (const id of referencesOf(object)) if (id !== object.id) held.add(id);
  }
  return held;
}

function addObservable(reading: Reading, ids: readonly string[], sco: Json, observed: Observed, fields: Json): boolean {
  const type = text(sco, 'type');
  const [attributeType, property] = simple[type] ?? [];
  if (
    attributeType !== undefined &&
    property !== undefined &&
    !(type === 'autonomous-system' && sco.name !== undefined)
  ) {
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
  const name = templateOf[type];
  if (name === undefined) return false;
  const parts = partsFromObserved(name, observed, reading.options.templates?.(name));
  if (name === 'file')
    for (const [key, value] of Object.entries(isJson(sco.hashes) ? sco.hashes : {})) {
      const relation = hashTypeOf(key);
      if (relation !== null && typeof value === 'string' && !parts.some((part) => part.value === value))
        parts.push({ relation, value });
    }
  const { Tag: tags, ...rest } = fields;
  const object = reading.object(name, text(fields, 'uuid'), parts, rest, NOTHING);
  if (object !== null && name === 'file') readExecutable(reading, object, observed, ids[0] ?? '', NOTHING);
  return addObject(
    reading,
    ids,
    object,
    Array.isArray(tags) ? tags.filter(isJson).map((tag) => text(tag, 'name')) : [],
  );
}

function readDomainObject(reading: Reading, id: string, object: Json): void {
  const type = text(object, 'type');
  const name = sdoObject(type, object);
  if (name === null) return;
  const facts = reading.options.templates?.(name);
  const parts = partsFromSdo(name, object, facts);
  const made = reading.object(name, mispUuid(id), parts, timestampOf(object), NOTHING);
  if (!addObject(reading, [id], made, reading.tagsFor(object)))
    reading.leave(id, 'It holds nothing that MISP has a place for.');
}

/** The template of a domain object that is an object in MISP; null where it is a cluster, or something else. */
function sdoObject(type: string, object: Json): string | null {
  if (type === 'malware-analysis') return 'malware-analysis';
  if (type === 'malware') {
    const isSample = object.is_family === false || texts(object, 'sample_refs').length > 0;
    return isSample ? 'malware' : null;
  }
  if (type === 'location')
    return object.latitude !== undefined && object.longitude !== undefined ? 'geolocation' : null;
  if (type !== 'identity' || object.identity_class === 'class') return null;
  return object.identity_class === 'organization' ? 'organization' : 'identity';
}

/** Domain objects that are clusters, by id. */
export function readForeignClusters(reading: Reading): Map<string, ReadCluster> {
  const clusters = new Map<string, ReadCluster>();
  for (const [id, object] of reading.bundle.objects) {
    const type = text(object, 'type');
    if (reading.isTaken(id) || !isClusterType(type) || type.startsWith('x-misp-')) continue;
    clusters.set(id, readForeignCluster(reading, object));
    reading.take(id);
  }
  return clusters;
}
