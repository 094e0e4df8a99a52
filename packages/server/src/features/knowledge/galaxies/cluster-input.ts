import { readUuid, readUuidShape } from '@magpie/model';
import { Invalid } from '../../../errors.ts';
import { isObject, type JsonObject, readId, readInteger, readList, readText } from '../../../http/lenient.ts';

/** A key and value of a cluster. */
export interface ElementInput {
  key: string;
  value: string;
}

/** A relation that starts at a cluster. */
export interface RelationInput {
  target: string;
  type: string;
  /** Undefined: the instance's default. */
  distribution: number | undefined;
  sharingGroupId: number | null;
  /** Undefined leaves the tags of a stored relation alone. */
  tags: string[] | undefined;
}

/** What a body says about a cluster; undefined where it says nothing. */
export interface ClusterInput {
  uuid?: string;
  value?: string;
  description?: string;
  source?: string;
  authors?: string[];
  distribution?: number;
  sharingGroupId?: number;
  extendsUuid?: string | null;
  extendsVersion?: number | null;
  collectionUuid?: string;
  elements?: ElementInput[];
  relations?: RelationInput[];
}

const MAX_ELEMENTS = 20_000;
/** Characters of a name, as in MISP. */
const MAX_VALUE = 255;

/** Reads the fields of `galaxy_clusters/add` and `edit`. Throws `Invalid` naming the field. */
export function readClusterInput(body: JsonObject): ClusterInput {
  const input: ClusterInput = {};
  if (isGiven(body.uuid)) input.uuid = requireUuid(body.uuid, 'uuid');
  for (const field of ['value', 'description', 'source'] as const) {
    const text = readText(body, field);
    if (text !== undefined) input[field] = field === 'value' ? text.trim() : text;
  }
  if (input.value === '') throw new Invalid('', { value: ['This field is required.'] });
  if ((input.value?.length ?? 0) > MAX_VALUE) {
    throw new Invalid('', { value: [`A cluster's name has at most ${MAX_VALUE} characters.`] });
  }
  const collection = readText(body, 'collection_uuid');
  if (collection !== undefined) input.collectionUuid = collection;
  const authors = readTexts(body.authors);
  if (authors !== undefined) input.authors = authors;
  if (isGiven(body.distribution)) input.distribution = readDistribution(body.distribution);
  if (isGiven(body.sharing_group_id)) input.sharingGroupId = readId(body.sharing_group_id) ?? 0;
  if (body.extends_uuid !== undefined) {
    input.extendsUuid = isGiven(body.extends_uuid)
      ? requireUuid(body.extends_uuid, 'extends_uuid', readUuidShape)
      : null;
  }
  if (body.extends_version !== undefined) input.extendsVersion = readInteger(body.extends_version);
  const elements = body.GalaxyElement ?? body.elements;
  if (elements !== undefined && elements !== null) input.elements = readElements(elements);
  if (Array.isArray(body.GalaxyClusterRelation)) {
    input.relations = body.GalaxyClusterRelation.filter(isObject).map(readRelationInput);
  }
  return input;
}

/** Reads a relation's target, type, reach and tags. Throws `Invalid` naming the field. */
export function readRelationInput(body: JsonObject): RelationInput {
  const type = readText(body, 'referenced_galaxy_cluster_type')?.trim() ?? '';
  if (type === '') throw new Invalid('', { referenced_galaxy_cluster_type: ['This field is required.'] });
  return {
    target: requireUuid(body.referenced_galaxy_cluster_uuid, 'referenced_galaxy_cluster_uuid', readUuidShape),
    type,
    distribution: isGiven(body.distribution) ? readDistribution(body.distribution) : undefined,
    sharingGroupId: readId(body.sharing_group_id),
    tags: readRelationTags(body),
  };
}

/** Tag names: a text with commas, a list of names, or a list of tags. */
function readRelationTags(body: JsonObject): string[] | undefined {
  const given = body.tags ?? body.Tag ?? body.GalaxyClusterRelationTag;
  if (given === undefined || given === null) return undefined;
  const list = typeof given === 'string' ? splitNames(given) : (readList(given) ?? []);
  return list.flatMap((item) => {
    const tag = isObject(item) && isObject(item.Tag) ? item.Tag : item;
    const name = isObject(tag) ? tag.name : tag;
    return typeof name === 'string' && name.trim() !== '' ? [name.trim()] : [];
  });
}

/** Commas inside quotes belong to the name of a tag. */
function splitNames(text: string): string[] {
  return text.match(/(?:[^,"]|"[^"]*"?)+/g) ?? [];
}

/** A list of `{key, value}`, where a value may be a list; also as JSON text. Empty keys are left out. */
export function readElements(given: unknown): ElementInput[] {
  const list = typeof given === 'string' ? parseList(given) : (readList(given) ?? []);
  const elements = list.filter(isObject).flatMap((item) => {
    const key = readText(item, 'key')?.trim() ?? '';
    const values = Array.isArray(item.value) ? item.value : [item.value];
    return key === '' ? [] : values.flatMap((value) => (isScalar(value) ? [{ key, value: String(value) }] : []));
  });
  if (elements.length > MAX_ELEMENTS) {
    throw new Invalid('', { GalaxyElement: [`A cluster has at most ${MAX_ELEMENTS} elements.`] });
  }
  return elements;
}

function readTexts(given: unknown): string[] | undefined {
  if (given === undefined || given === null) return undefined;
  const list = typeof given === 'string' ? parseList(given) : (readList(given) ?? []);
  return list.filter(isScalar).map(String);
}

/** A JSON list as text; any other text reads as a list of it. */
function parseList(text: string): unknown[] {
  if (text.trim() === '') return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [text];
  } catch {
    // Plain text: one entry.
    return [text];
  }
}

function readDistribution(given: unknown): number {
  const value = readInteger(given);
  if (value === null || value < 0 || value > 4) {
    throw new Invalid('', { distribution: ['Expected a distribution between 0 and 4.'] });
  }
  return value;
}

/** Clusters of libraries, which others may name, have some uuids that are none by RFC 4122. */
function requireUuid(given: unknown, field: string, read: (value: unknown) => string | null = readUuid): string {
  const uuid = read(given);
  if (uuid === null) throw new Invalid('', { [field]: ['Please provide a valid RFC 4122 UUID'] });
  return uuid;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
