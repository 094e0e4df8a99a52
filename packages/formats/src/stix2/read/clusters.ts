import { sdoOfGalaxy } from '../facts/galaxies.ts';
import { mispUuid, parseId, uuid5 } from '../ids.ts';
import { isJson, type Json, objects, text, texts } from '../json.ts';
import { readLabels } from './labels.ts';
import { addGalaxy, addTags, type Reading } from './reading.ts';

/** A cluster as MISP has it, and the tags that name it. */
export interface ReadCluster {
  readonly tags: readonly string[];
  /** Null where known clusters stand in for it. */
  readonly galaxy: Json | null;
  readonly cluster: Json | null;
}

const clusterTypes: ReadonlySet<string> = new Set([
  ...['attack-pattern', 'campaign', 'course-of-action', 'intrusion-set', 'malware', 'threat-actor', 'tool'],
  ...['vulnerability', 'location', 'identity', 'x-misp-galaxy-cluster'],
]);

/** Whether MISP wrote an object for a cluster of a galaxy. */
export function isOwnCluster(object: Json): boolean {
  return clusterTypes.has(text(object, 'type')) && readLabels(object).said.has('galaxy-type');
}

/** A cluster that MISP wrote: its galaxy and tag stand in its labels. */
export function readOwnCluster(object: Json): ReadCluster {
  const { said, tags } = readLabels(object);
  const type = said.get('galaxy-type') ?? text(object, 'x_misp_type');
  const tag =
    tags.find((name) => name.startsWith(`misp-galaxy:${type}=`)) ??
    tags.find((name) => name.startsWith('misp-galaxy:'));
  const value = /^[^=]*="(.*)"$/s.exec(tag ?? '')?.[1] ?? (text(object, 'x_misp_value') || text(object, 'name'));
  const name = tag ?? `misp-galaxy:${type}="${value}"`;
  const described = text(object, 'x_misp_description');
  const isCustom = object.type === 'x-misp-galaxy-cluster';
  const cut = described.indexOf(' | ');
  const galaxyDescription = cut < 0 ? '' : described.slice(0, cut);
  return {
    tags: [name],
    galaxy: { type, name: said.get('galaxy-name') ?? type, description: galaxyDescription, namespace: 'misp' },
    cluster: {
      uuid: mispUuid(text(object, 'id')),
      type,
      value: (isCustom && text(object, 'x_misp_value')) || value,
      tag_name: name,
      description: isCustom ? described.slice(cut < 0 ? 0 : cut + 3) : text(object, 'description'),
      meta: isCustom && isJson(object.x_misp_meta) ? object.x_misp_meta : metaOf(object),
    },
  };
}

/** STIX's objects as galaxies of their own, which are made where they are missing (misp-stix's uuids and names). */
export function readForeignCluster(reading: Reading, object: Json): ReadCluster {
  const { options, bundle } = reading;
  const sdo = text(object, 'type');
  const id = text(object, 'id');
  const value = text(object, 'name') || id;
  const known = [value, ...texts(object, 'aliases')].flatMap(
    (name) => options.knownClusters?.get(name.toLowerCase()) ?? [],
  );
  const type = `stix-${bundle.version}-${sdo}`;
  if (known.length > 0) return { tags: [...new Set(known)], galaxy: null, cluster: null };
  if (sdo === 'identity') return { tags: [`misp-galaxy:sector="${value}"`], galaxy: null, cluster: null };
  const words = sdo.split('-').map((word) => (word === 'of' ? word : (word[0] ?? '').toUpperCase() + word.slice(1)));
  const title = `STIX ${bundle.version} ${words.join(' ')}`;
  const creator = bundle.objects.get(text(object, 'created_by_ref'));
  const uuid = uuid5(`${parseId(id)?.uuid ?? id} - ${options.organisationUuid}`);
  // Clusters of one's own making are named by their uuid in tags.
  const tag = options.galaxiesAsTags ? `misp-galaxy:${sdo}="${value}"` : `misp-galaxy:${type}="${uuid}"`;
  return {
    tags: [tag],
    galaxy: {
      uuid: uuid5(title),
      type,
      name: words.join(' '),
      description: `${title}, as found in imported documents`,
      namespace: 'stix',
      version: bundle.version === '2.1' ? '21' : '20',
    },
    cluster: {
      uuid,
      type,
      value,
      tag_name: tag,
      description: text(object, 'description') || title,
      source: (creator && text(creator, 'name')) || 'STIX',
      meta: metaOf(object),
    },
  };
}

const notMeta: ReadonlySet<string> = new Set([
  ...['type', 'spec_version', 'id', 'created_by_ref', 'labels', 'name', 'description', 'x_misp_original_names'],
  ...['object_marking_refs', 'granular_markings', 'extensions', 'confidence', 'lang', 'revoked', 'x_magpie'],
  ...['identity_class', 'external_references', 'kill_chain_phases', 'aliases', 'created', 'modified'],
]);

/** What a domain object says beside its name, as elements of a cluster. */
function metaOf(object: Json): Json {
  const meta: Json = {};
  const put = (key: string, values: readonly string[]) => {
    if (values.length > 0) meta[key] = values;
  };
  const references = objects(object, 'external_references');
  put('synonyms', texts(object, 'aliases'));
  put('external_id', references.map((item) => text(item, 'external_id')).filter(Boolean));
  put('refs', references.map((item) => text(item, 'url')).filter(Boolean));
  put(
    'kill_chain',
    objects(object, 'kill_chain_phases').map(
      (phase) => `${text(phase, 'kill_chain_name')}:${text(phase, 'phase_name')}`,
    ),
  );
  const original = isJson(object.x_misp_original_names) ? object.x_misp_original_names : {};
  for (const key of Object.keys(object)) {
    if (notMeta.has(key)) continue;
    const name = text(original, key) || (key.startsWith('x_misp_') ? key.slice('x_misp_'.length) : key);
    put(name, texts(object, key));
  }
  return meta;
}

/** Puts a cluster on an element: its tags, and with galaxies wanted the cluster itself. */
export function attach(reading: Reading, element: Json, { tags, galaxy, cluster }: ReadCluster): void {
  addTags(element, tags);
  if (!reading.options.galaxiesAsTags && galaxy !== null && cluster !== null) addGalaxy(element, galaxy, cluster);
}

/** Whether an object is one that clusters become, of whoever's making. */
export function isClusterType(type: string): boolean {
  return clusterTypes.has(type) || sdoOfGalaxy(type, '2.1') !== null;
}
