import { mispUuid } from '../ids.ts';
import { isJson, type Json, text, texts } from '../json.ts';
import { isClusterType, type ReadCluster, readForeignCluster } from './clusters.ts';
import {
  addObject,
  fieldsOf,
  heldObservables,
  isObservable,
  readObservable,
  readObserved,
} from './foreign-observables.ts';
import { organisationParts } from './foreign-parts.ts';
import { relationOfPath } from './foreign-patterns.ts';
import { type FoundPart, partsFromSdo } from './object-parts.ts';
import { type Comparison, parsePattern } from './parse-pattern.ts';
import { isRevoked, type Reading, seenOf, timestampOf } from './reading.ts';

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
    if (isObservable(object) && held.has(id)) reading.take(id);
    else if (isObservable(object)) readObservable(reading, id, object);
    else readDomainObject(reading, id, object);
  }
}

function readIndicator(reading: Reading, id: string, object: Json): void {
  const pattern = text(object, 'pattern');
  const comment = commentOf(object, pattern);
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
  if (!read) keepPattern(reading, id, object, `stix ${text(object, 'pattern_version') || reading.bundle.version}`);
}

/** What is said of an indicator; its name, where that is more than the value over again. */
function commentOf(object: Json, pattern: string): string {
  const name = text(object, 'name');
  return text(object, 'description') || (pattern.includes(name) ? '' : name);
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
  const parts = found.flatMap(({ relation, type, values: own }) =>
    own.map((value): FoundPart => ({ relation, value, ...(type === undefined ? {} : { type }) })),
  );
  const { Tag: tags, to_ids: _flag, ...rest } = fields;
  const object = reading.object(name, text(fields, 'uuid'), parts, { fields: rest, detected: new Set(values) });
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
    keepPattern(reading, id, object, language);
    return;
  }
  const [template, relation, named] = rule;
  const name = text(object, 'name');
  const parts = [
    { relation, value: pattern },
    ...(named === '' || name === '' ? [] : [{ relation: named, value: name }]),
  ];
  const { Tag: _tags, to_ids: _flag, ...rest } = fields;
  const made = reading.object(template, text(fields, 'uuid'), parts, { fields: rest, detected: new Set([pattern]) });
  if (!addObject(reading, [id], made, reading.tagsFor(object))) reading.leave(id, 'Its pattern is empty.');
}

/** A pattern that says more than MISP's types can is kept as it is. */
function keepPattern(reading: Reading, id: string, object: Json, version: string): void {
  const pattern = text(object, 'pattern');
  const parts = [
    { relation: 'version', value: version },
    { relation: 'stix2-pattern', value: pattern },
  ];
  const comment = commentOf(object, pattern);
  const fields = { ...timestampOf(object), ...(comment === '' ? {} : { comment }), 'meta-category': 'stix2-pattern' };
  const detected = new Set([pattern]);
  const made = pattern === '' ? null : reading.object('stix2-pattern', mispUuid(id), parts, { fields, detected });
  if (!addObject(reading, [id], made, reading.tagsFor(object))) reading.leave(id, 'Its pattern is empty.');
}

function readDomainObject(reading: Reading, id: string, object: Json): void {
  const type = text(object, 'type');
  const name = sdoObject(type, object);
  if (name === null) return;
  const facts = reading.options.templates?.(name);
  const known = partsFromSdo(name, object, facts);
  const further = name === 'organization' ? organisationParts(object) : [];
  const parts = [...known, ...further.filter(({ value }) => !known.some((part) => part.value === value))];
  const made = reading.object(name, mispUuid(id), parts, { fields: timestampOf(object) });
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
