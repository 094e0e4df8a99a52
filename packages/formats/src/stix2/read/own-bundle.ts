import { originOf } from '../facts/template-origins.ts';
import { mispUuid, parseId } from '../ids.ts';
import { flag, isJson, type Json, objects, text } from '../json.ts';
import {
  type FoundValue,
  valueFromCustom,
  valueFromObserved,
  valueFromPattern,
  valueFromSdo,
} from './attribute-values.ts';
import { isOwnCluster, readOwnCluster } from './clusters.ts';
import { readExecutable } from './executables.ts';
import { type Labels, readLabels } from './labels.ts';
import { type FoundPart, partsFromObserved, partsFromRule, partsFromSdo } from './object-parts.ts';
import { type Observed, observablesOf } from './observables-of.ts';
import { parsePattern } from './parse-pattern.ts';
import { addTags, append, lostOf, type Reading, seenOf, timestampOf } from './reading.ts';

/** Whether MISP or a converter of its project wrote a report or grouping. */
export function isOwnReport(object: Json): boolean {
  return readLabels(object).tags.some(
    (tag) => tag === 'misp:tool="MISP-STIX-Converter"' || tag === 'misp:tool="misp2stix2"',
  );
}

/** Reads the elements of a bundle that MISP wrote: what its labels say, backwards. */
export function readOwnElements(reading: Reading): void {
  const { objects: all } = reading.bundle;
  for (const [id, object] of all) {
    if (object.type === 'observed-data') readObserved(reading, id, object);
  }
  for (const [id, object] of all) {
    const type = text(object, 'type');
    if (type === 'indicator') readIndicator(reading, id, object);
    else if (type === 'x-misp-attribute') readCustomAttribute(reading, id, object);
    else if (type === 'x-misp-object') readCustomObject(reading, id, object);
    else if (!reading.isTaken(id) && !isOwnCluster(object)) readDomainObject(reading, id, object);
  }
}

/** The fields every attribute takes from the object it was written as. */
function attributeFields(reading: Reading, id: string, object: Json, labels: Labels): Json {
  const lost = lostOf(object);
  return {
    uuid: mispUuid(id),
    category: labels.said.get('category') ?? '',
    ...timestampOf(object),
    ...pick(lost, ['comment', 'first_seen', 'last_seen', 'disable_correlation']),
    ...(objects(lost, 'sightings').length > 0 ? { Sighting: objects(lost, 'sightings') } : {}),
    ...tagList(reading, object),
  };
}

function pick(json: Json, keys: readonly string[]): Json {
  return Object.fromEntries(keys.flatMap((key) => (json[key] === undefined ? [] : [[key, json[key]]])));
}

function tagList(reading: Reading, object: Json): Json {
  const element: Json = {};
  addTags(element, reading.tagsFor(object));
  return element;
}

function sameUuid(reading: Reading, id: string, type: string): Json | undefined {
  const uuid = parseId(id)?.uuid;
  return uuid === undefined ? undefined : reading.bundle.objects.get(`${type}--${uuid}`);
}

function addAttribute(
  reading: Reading,
  ids: readonly string[],
  type: string,
  found: FoundValue | null,
  fields: Json,
): void {
  const [id = ''] = ids;
  const attribute =
    found === null
      ? null
      : reading.attribute(type, found.value, { ...fields, ...(found.data ? { data: found.data } : {}) });
  if (attribute === null) reading.leave(id, `It holds no value of the type ${type}.`);
  else reading.addAttribute(attribute, ids);
}

function readObserved(reading: Reading, id: string, object: Json): void {
  const labels = readLabels(object);
  const indicator = sameUuid(reading, id, 'indicator');
  const ids = indicator === undefined ? [id] : [id, text(indicator, 'id')];
  const observed = observablesOf(object, reading.bundle.objects);
  reading.spend(observed.list.length);
  const type = labels.said.get('type');
  const name = labels.said.get('name');
  if (type !== undefined) {
    const comment = indicator === undefined ? '' : text(indicator, 'description');
    const fields = {
      ...seenOf(object, 'first_observed', 'last_observed'),
      ...attributeFields(reading, id, object, labels),
      to_ids: indicator !== undefined,
      ...(comment === '' ? {} : { comment }),
    };
    addAttribute(reading, ids, type, valueFromObserved(type, observed), fields);
  } else if (name !== undefined) {
    const parts = () => partsFromObserved(name, observed, reading.options.templates?.(name));
    addObject(reading, ids, object, { name, parts, indicator, observed });
  } else return;
  for (const sco of observed.list) reading.take(text(sco, 'id'));
}

function readIndicator(reading: Reading, id: string, object: Json): void {
  if (reading.isTaken(id)) return;
  const labels = readLabels(object);
  const type = labels.said.get('type');
  const name = labels.said.get('name');
  const pattern = text(object, 'pattern');
  if (type !== undefined) {
    const isRule = (text(object, 'pattern_type') || 'stix') !== 'stix';
    const found = isRule ? { value: pattern.replace(/^\[|\]$/g, '') } : valueFromPattern(type, pattern);
    const lost = lostOf(object);
    const comment = text(object, 'description');
    const toIds = lost.to_ids !== undefined ? flag(lost.to_ids) : labels.said.get('to_ids') !== 'False';
    const fields = {
      ...seenOf(object, 'valid_from', 'valid_until'),
      ...attributeFields(reading, id, object, labels),
      to_ids: toIds,
      ...(comment === '' ? {} : { comment }),
    };
    addAttribute(reading, [id], type, found, fields);
  } else if (name !== undefined) {
    const facts = reading.options.templates?.(name);
    const parts = () => {
      const rule = partsFromRule(name, object, facts);
      return rule.length > 0 ? rule : partsFromPattern(pattern);
    };
    addObject(reading, [id], object, { name, parts, indicator: object });
  }
}

/** Relations of an object that an older converter wrote as an indicator alone: what is compared, under its own name. */
function partsFromPattern(pattern: string): FoundPart[] {
  return (parsePattern(pattern)?.comparisons ?? []).flatMap(({ path, values: [value = ''] }) => {
    const step = path.split('.').at(-1) ?? path;
    const relation = step
      .replace(/^x_misp_/, '')
      .replaceAll('_', '-')
      .toLowerCase();
    return path.endsWith('.type') || value === '' ? [] : [{ relation, value }];
  });
}

function readCustomAttribute(reading: Reading, id: string, object: Json): void {
  const labels = readLabels(object);
  const type = labels.said.get('type') ?? text(object, 'x_misp_type');
  const comment = text(object, 'x_misp_comment');
  const fields = {
    ...attributeFields(reading, id, object, labels),
    category: text(object, 'x_misp_category'),
    to_ids: flag(lostOf(object).to_ids) || labels.said.get('to_ids') === 'True',
    ...(comment === '' ? {} : { comment }),
  };
  addAttribute(reading, [id], type, valueFromCustom(object), fields);
}

/** The fields an object takes from what it was written as. */
function objectFields(object: Json, indicator: Json | undefined): Json {
  const comment = text(object, 'x_misp_comment') || (indicator === undefined ? '' : text(indicator, 'description'));
  return {
    'meta-category': readLabels(object).said.get('meta-category') ?? '',
    ...(comment === '' ? {} : { comment }),
    ...timestampOf(object),
    ...(object.type === 'observed-data' ? seenOf(object, 'first_observed', 'last_observed') : {}),
  };
}

/** An object of MISP, as a bundle holds it. */
interface FoundObject {
  /** The template it was made by. */
  readonly name: string;
  /** Its attributes, where Magpie's own notes do not tell them. */
  readonly parts: () => readonly FoundPart[];
  readonly indicator?: Json | undefined;
  readonly observed?: Observed;
}

function addObject(
  reading: Reading,
  ids: readonly string[],
  object: Json,
  { name, parts, indicator, observed }: FoundObject,
): void {
  const [id = ''] = ids;
  const uuid = mispUuid(id);
  const lost = lostOf(object);
  if (isJson(lost.Object)) {
    const kept = restored(reading, lost.Object, uuid);
    if (kept !== null) {
      reading.addObject(kept, ids);
      restoreReferences(kept, lost);
      for (const folded of objects(lost, 'folded')) {
        const own = restored(reading, folded, text(folded, 'uuid'));
        if (own === null) continue;
        restoreReferences(own, folded);
        reading.objects.push(own);
        reading.link(`x-misp-object--${text(own, 'uuid')}`, own);
      }
      return;
    }
  }
  const detected = new Set(
    (parsePattern(text(indicator ?? {}, 'pattern'))?.comparisons ?? []).flatMap(({ values }) => values),
  );
  const made = reading.object(name, uuid, parts(), { fields: objectFields(object, indicator), detected });
  if (made === null) {
    reading.leave(id, `It holds nothing of an object ${name}.`);
    return;
  }
  // Which attribute had a tag is not told; they go to the first, so that none is lost.
  const [first] = objects(made, 'Attribute');
  if (first !== undefined) addTags(first, reading.tagsFor(object));
  reading.addObject(made, ids);
  if (observed !== undefined && (name === 'file' || name === 'lnk')) {
    readExecutable(reading, { file: made, observed, seed: id }, detected);
  }
}

/** Types of attributes whose file an artifact holds. */
const HELD: ReadonlySet<string> = new Set(['attachment', 'malware-sample']);

/** An object as Magpie kept it; null where that is no object. */
function restored(reading: Reading, kept: Json, uuid: string): Json | null {
  const members = objects(kept, 'Attribute');
  if (text(kept, 'name') === '' || !Array.isArray(kept.Attribute) || members.length > 10_000) return null;
  const { ObjectReference: _later, ...own } = kept;
  return {
    ...own,
    uuid,
    distribution: '5',
    Attribute: members.map((member) => {
      const { tags, ...attribute } = member;
      // An artifact may have its name from the address beside it.
      const isFile = HELD.has(text(member, 'type'));
      const artifact = isFile ? reading.bundle.objects.get(`artifact--${text(member, 'uuid')}`) : undefined;
      const data = text(member, 'data') || (artifact ? text(artifact, 'payload_bin') : '');
      const whole: Json = { ...attribute, distribution: '5', ...(data === '' ? {} : { data }) };
      if (Array.isArray(tags))
        addTags(
          whole,
          tags.filter((tag) => typeof tag === 'string'),
        );
      return whole;
    }),
  };
}

function restoreReferences(object: Json, kept: Json): void {
  for (const reference of objects(kept, 'ObjectReference')) append(object, 'ObjectReference', { ...reference });
}

function readCustomObject(reading: Reading, id: string, object: Json): void {
  const name = text(object, 'x_misp_name');
  const lost = lostOf(object);
  if (isJson(lost.Object)) {
    addObject(reading, [id], object, { name, parts: () => [] });
    return;
  }
  const uuid = mispUuid(id);
  const members = objects(object, 'x_misp_attributes').flatMap((member) => {
    const { value, ...rest } = member;
    const found = typeof value === 'boolean' ? (value ? '1' : '0') : text(member, 'value');
    const attribute = reading.attribute(text(member, 'type'), found, { ...rest, ...timestampOf(object) });
    return attribute === null ? [] : [attribute];
  });
  if (members.length === 0) {
    reading.leave(id, 'It holds no attribute.');
    return;
  }
  const origin = originOf(name, reading.options.templates?.(name));
  const made: Json = {
    name,
    uuid,
    ...origin,
    distribution: '5',
    ...objectFields(object, undefined),
    'meta-category': text(object, 'x_misp_meta_category') || origin['meta-category'],
    Attribute: members,
  };
  const [first] = members;
  if (first !== undefined) addTags(first, reading.tagsFor(object));
  reading.addObject(made, [id]);
}

function readDomainObject(reading: Reading, id: string, object: Json): void {
  const labels = readLabels(object);
  const type = labels.said.get('type');
  const name = labels.said.get('name');
  if (type !== undefined) {
    const fields = { ...attributeFields(reading, id, object, labels), to_ids: flag(lostOf(object).to_ids) };
    addAttribute(reading, [id], type, { value: valueFromSdo(object) }, fields);
  } else if (name !== undefined) {
    const facts = reading.options.templates?.(name);
    addObject(reading, [id], object, { name, parts: () => partsFromSdo(name, object, facts) });
  }
}

/** Clusters of a bundle that MISP wrote, by id. */
export function readOwnClusters(reading: Reading) {
  const clusters = new Map<string, ReturnType<typeof readOwnCluster>>();
  for (const [id, object] of reading.bundle.objects) {
    if (reading.isTaken(id) || !isOwnCluster(object)) continue;
    clusters.set(id, readOwnCluster(object));
    reading.take(id);
  }
  return clusters;
}
