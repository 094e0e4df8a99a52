import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject, readBoolean, readInteger } from '../../../http/lenient.ts';
import { type Element, elementsOf, readDependency, renderInfo } from './definition.ts';

/** What an event needs that comes from elsewhere than the form. */
export interface Surroundings {
  /** YYYY-MM-DD. */
  date: string;
  /** ISO 8601. */
  now: string;
  email: string;
}

/** An event body made of a form, or what is missing. */
export type FilledIn = { event: JsonObject } | { errors: Record<string, string> };

interface Parts {
  attributes: JsonObject[];
  objects: JsonObject[];
  tags: string[];
  /** uuids made for each field. */
  made: Map<string, string[]>;
  errors: Record<string, string>;
  references: number;
}

/** Two fields filled in many times refer to each other many times many times. */
const MAX_REFERENCES = 10_000;

/**
 * The event that a template makes of what a user filled in: `values` by id of element. A repeatable field takes a list,
 * an object field `{relation: value or list}`, a file field `{filename, data}` (base64). `overrides` are fields of the
 * event that the user changed; what the template locks stays.
 */
export function fillIn(
  definition: JsonObject,
  values: JsonObject,
  overrides: JsonObject,
  { date, now, email }: Surroundings,
): FilledIn {
  const parts: Parts = { attributes: [], objects: [], tags: [], made: new Map(), errors: {}, references: 0 };
  const elements = elementsOf(definition);
  const known = new Set(elements.map(({ id }) => id));
  for (const id of Object.keys(values)) if (!known.has(id)) parts.errors[id] = 'The template has no such field.';
  for (const element of elements) takeElement(element, values[element.id], parts);
  for (const element of elements) if (element.type === 'object_reference') refer(element, parts);
  if (Object.keys(parts.errors).length > 0) return { errors: parts.errors };

  const defaults = isObject(definition.event_defaults) ? definition.event_defaults : {};
  const first = (id: string) =>
    listOf(values[id])
      .map(plainText)
      .find((text) => text !== '') ?? '';
  const variables = new Map([
    ['date', date],
    ['now', now],
    ['user', email],
    ...[...known].map((id) => [`field:${id}`, first(id)] as const),
  ]);
  const info = renderInfo(typeof defaults.info_template === 'string' ? defaults.info_template : '', variables);
  const name = typeof definition.name === 'string' ? definition.name : '';
  const fields: JsonObject = {};
  for (const key of ['distribution', 'sharing_group_id', 'threat_level_id', 'analysis', 'date']) {
    const value = overrides[key] ?? defaults[key];
    if (value !== undefined && value !== null) fields[key] = value;
  }
  return {
    event: {
      ...fields,
      info: plainText(overrides.info) || info || name,
      Tag: [...new Set([...defaultTags(defaults, overrides), ...parts.tags])].map((tag) => ({ name: tag })),
      Attribute: parts.attributes,
      Object: parts.objects,
    },
  };
}

/** Tags and clusters of the template: all that are locked, and the others unless the user chose differently. */
function defaultTags(defaults: JsonObject, overrides: JsonObject): string[] {
  const chosen = Array.isArray(overrides.tags) ? overrides.tags.map(plainText).filter((tag) => tag !== '') : null;
  const own = listOf(defaults.tags)
    .filter(isObject)
    .map((tag) => ({ name: plainText(tag.name), locked: readBoolean(tag.locked) ?? false }));
  const clusters = listOf(defaults.galaxy_clusters)
    .filter(isObject)
    .map((cluster) => ({ name: clusterTag(cluster), locked: readBoolean(cluster.locked) ?? false }));
  const kept = [...own, ...clusters].filter(({ name, locked }) => name !== '' && (locked || chosen === null));
  return [...kept.map(({ name }) => name), ...(chosen ?? [])];
}

function clusterTag({ galaxy_type, value }: JsonObject): string {
  return `misp-galaxy:${galaxy_type}="${value}"`;
}

function takeElement(element: Element, value: unknown, parts: Parts): void {
  const { type, id, body } = element;
  if (type === 'section' || type === 'text_block' || type === 'object_reference') {
    if (value !== undefined) parts.errors[id] = 'This element takes no value.';
    return;
  }
  const given = listOf(value).filter((one) => one !== null && one !== '');
  const standard = type === 'attribute_field' && isObject(body.misp) ? plainText(body.misp.default_value) : '';
  const entries = given.length === 0 && standard !== '' ? [standard] : given;
  if (entries.length === 0) {
    if (readBoolean(body.mandatory) === true) parts.errors[id] = 'This field has to be filled in.';
    return;
  }
  const several = readBoolean(body.repeatable ?? body.multiple) === true;
  if (entries.length > 1 && !several) {
    parts.errors[id] = 'This field takes one value.';
    return;
  }
  for (const entry of entries) takeEntry(element, entry, parts);
}

function takeEntry({ type, id, body }: Element, entry: unknown, parts: Parts): void {
  const uuid = randomUUID();
  if (type === 'attribute_field') {
    const misp = isObject(body.misp) ? body.misp : {};
    const toIds = readBoolean(misp.to_ids_default);
    parts.attributes.push({
      ...{ uuid, type: misp.type, category: misp.category, value: plainText(entry) },
      comment: plainText(misp.comment_template),
      ...(toIds === undefined ? {} : { to_ids: toIds }),
      distribution: 5,
    });
  } else if (type === 'file_field') {
    const file = isObject(entry) ? entry : {};
    if (plainText(file.filename) === '' || !isBase64(file.data)) {
      parts.errors[id] = 'A file needs a filename and base64 data.';
      return;
    }
    const sample = body.as === 'malware-sample';
    parts.attributes.push({
      ...{ uuid, type: sample ? 'malware-sample' : 'attachment', value: plainText(file.filename), data: file.data },
      ...{ category: 'Payload delivery', encrypt: sample, distribution: 5 },
    });
  } else if (type === 'object_field') {
    const object = objectBody(id, body, entry, uuid, parts);
    if (object === null) return;
    parts.objects.push(object);
  } else {
    takeTag({ type, id, body }, entry, parts);
    return;
  }
  parts.made.set(id, [...(parts.made.get(id) ?? []), uuid]);
}

function takeTag({ type, id, body }: Element, entry: unknown, parts: Parts): void {
  const name =
    isObject(entry) && entry.galaxy_type !== undefined
      ? clusterTag(entry)
      : plainText(isObject(entry) ? (entry.tag_name ?? entry.name) : entry);
  const isGalaxy = type === 'galaxy_field';
  const allowed = listOf(isGalaxy ? body.restrict_galaxy_types : body.restrict_taxonomies).map(plainText);
  const namespace = isGalaxy ? /^misp-galaxy:([^=]+)=/.exec(name)?.[1] : name.split(':', 1)[0];
  if (isGalaxy && namespace === undefined) parts.errors[id] = 'A cluster is named by its tag.';
  else if (allowed.length > 0 && !allowed.includes(namespace ?? '')) {
    parts.errors[id] = `Only ${allowed.join(', ')} can be chosen here.`;
  } else parts.tags.push(name);
}

function objectBody(id: string, body: JsonObject, entry: unknown, uuid: string, parts: Parts): JsonObject | null {
  const dependency = readDependency(body);
  if (!isObject(entry) || dependency === null) {
    parts.errors[id] = 'An object is given as {relation: value}.';
    return null;
  }
  const relations = listOf(body.relations).filter(isObject);
  const attributes: JsonObject[] = [];
  for (const relation of new Set([...relations.map((one) => plainText(one.object_relation)), ...Object.keys(entry)])) {
    const rule = relations.find((one) => one.object_relation === relation);
    const sent = readBoolean(rule?.hidden) === true ? undefined : entry[relation];
    const given = listOf(sent).filter((one) => one !== null && one !== '');
    const standard = plainText(rule?.default_value);
    const entries = given.length === 0 && standard !== '' ? [standard] : given;
    if (entries.length === 0 && readBoolean(rule?.mandatory) === true) {
      parts.errors[`${id}.${relation}`] = 'This field has to be filled in.';
    }
    for (const value of entries) {
      const file = isObject(value)
        ? { value: plainText(value.filename), data: value.data }
        : { value: plainText(value) };
      attributes.push({ object_relation: relation, ...file });
    }
  }
  if (attributes.length === 0) {
    parts.errors[id] ??= 'An object needs at least one value.';
    return null;
  }
  return {
    ...{ uuid, name: dependency.name, template_uuid: dependency.uuid, distribution: 5 },
    Attribute: attributes,
    ObjectReference: [],
  };
}

/** References between all objects that the two fields made. */
function refer({ id, body }: Element, parts: Parts): void {
  const targets = parts.made.get(String(body.to)) ?? [];
  const sources = new Set(parts.made.get(String(body.from)));
  parts.references += sources.size * targets.length;
  if (parts.references > MAX_REFERENCES) {
    parts.errors[id] = `More than ${MAX_REFERENCES} references would be made.`;
    return;
  }
  for (const object of parts.objects) {
    if (!sources.has(String(object.uuid)) || !Array.isArray(object.ObjectReference)) continue;
    for (const to of targets) {
      object.ObjectReference.push({
        ...{ referenced_uuid: to, relationship_type: body.relationship_type, comment: plainText(body.comment) },
      });
    }
  }
}

function isBase64(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && /^[A-Za-z0-9+/\s]+(?:={1,2}\s*)?$/.test(value);
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && readInteger(value) !== null ? String(value) : '';
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
