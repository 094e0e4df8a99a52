import type { StixVersion } from '../facts/attribute-shapes.ts';
import { externalSource, type MetaProperty, metaProperties, sdoOfGalaxy } from '../facts/galaxies.ts';
import { child, flag, isJson, type Json, text, texts } from '../json.ts';
import { stamp, stampOfDate } from '../times.ts';

/** A galaxy cluster as the STIX object it becomes. */
export interface WrittenCluster {
  readonly id: string;
  readonly tag: string;
  readonly object: Json;
}

/** A cluster that becomes a domain object of STIX. */
interface DomainCluster {
  /** Type of the domain object. */
  readonly sdo: string;
  readonly galaxy: Json;
  readonly cluster: Json;
  readonly meta: Json;
  readonly version: StixVersion;
}

/** Writes a cluster of a galaxy block; `seconds` is the time of what it is attached to. */
export function writeCluster(galaxy: Json, cluster: Json, seconds: number, version: StixVersion): WrittenCluster {
  const galaxyType = text(galaxy, 'type') || text(cluster, 'type');
  const value = text(cluster, 'value');
  const uuid = text(cluster, 'uuid').toLowerCase();
  const tag = text(cluster, 'tag_name') || `misp-galaxy:${galaxyType}="${value}"`;
  const labels = [`misp:galaxy-name="${text(galaxy, 'name')}"`, `misp:galaxy-type="${galaxyType}"`, tag];
  const meta = child(cluster, 'meta');
  const sdo = sdoOfGalaxy(galaxyType, version);
  const [created, modified] = times(meta, seconds);
  const type = sdo ?? 'x-misp-galaxy-cluster';
  const spec = version === '2.1' ? { spec_version: '2.1' } : {};
  const start = { type, ...spec, id: `${type}--${uuid}`, created, modified };
  const object = sdo
    ? {
        ...start,
        ...sdoBody({ sdo, galaxy, cluster, meta, version }),
        labels: [...twentyLabels(sdo, meta, version), ...labels],
      }
    : { ...start, labels, ...customBody(galaxy, cluster, meta, galaxyType) };
  return { id: `${type}--${uuid}`, tag, object: withReferences(object, sdo, meta) };
}

function times(meta: Json, seconds: number): [string, string] {
  const given = (key: string) => stampOfDate(texts(meta, key)[0] ?? '');
  const created = given('created') ?? stamp(seconds);
  const modified = given('modified') ?? created;
  return modified < created ? [created, created] : [created, modified];
}

function customBody(galaxy: Json, cluster: Json, meta: Json, galaxyType: string): Json {
  const known = Object.keys(meta).length > 0 ? { x_misp_meta: meta } : {};
  return {
    x_misp_description: `${text(galaxy, 'description')} | ${text(cluster, 'description') || text(cluster, 'value')}`,
    ...known,
    x_misp_name: text(galaxy, 'name'),
    x_misp_type: galaxyType,
    x_misp_value: text(cluster, 'value'),
  };
}

function sdoBody(domain: DomainCluster): Json {
  const { sdo, galaxy, cluster, version } = domain;
  if (sdo === 'location') return locationBody(domain);
  const galaxyType = text(galaxy, 'type');
  const value = text(cluster, 'value');
  const description = text(cluster, 'description');
  const name = galaxyType.startsWith('mitre-') ? (value.split(' - ')[0] ?? value) : value;
  const body: Json = {
    name,
    ...(description === '' ? {} : { description }),
    ...(sdo === 'identity' ? { identity_class: 'class' } : {}),
    ...(sdo === 'malware' && version === '2.1' ? { is_family: false } : {}),
  };
  addMeta(body, domain);
  return body;
}

const ALWAYS_KNOWN = new Set(['external_id', 'Technique ID', 'refs', 'created', 'modified']);
const NO_SUCH_PROPERTY_20 = new Set(['aliases', 'is_family']);

function addMeta(body: Json, domain: DomainCluster): void {
  const { sdo, meta } = domain;
  const table = metaProperties[sdo] ?? {};
  const original: Json = {};
  for (const key of Object.keys(meta)) {
    const given = texts(meta, key);
    if (given.length === 0 || ALWAYS_KNOWN.has(key) || (sdo === 'vulnerability' && key === 'aliases')) continue;
    if (
      (key === 'first_seen' || key === 'last_seen') &&
      ['malware', 'threat-actor', 'campaign', 'intrusion-set'].includes(sdo)
    ) {
      const time = stampOfDate(given[0] ?? '');
      if (time !== null) {
        body[key] = time;
        continue;
      }
    }
    const known = table[key];
    if (known !== undefined) {
      addKnown(body, known, { key, given }, domain);
      continue;
    }
    const name = `x_misp_${key.replaceAll(/[- ]/g, '_')}`;
    if (/[- ]/.test(key)) original[name] = key;
    const kept = meta[key];
    body[name] = Array.isArray(kept) || typeof kept === 'string' ? kept : given[0];
  }
  if (Object.keys(original).length > 0) body.x_misp_original_names = original;
}

function addKnown(
  body: Json,
  { property, form }: MetaProperty,
  { key, given }: { key: string; given: readonly string[] },
  { sdo, cluster, version }: DomainCluster,
): void {
  if (form === 'kill chain') {
    body.kill_chain_phases = given.map(killChainPhase);
    return;
  }
  if (version === '2.0') {
    if (property.endsWith('_types')) return;
    if (NO_SUCH_PROPERTY_20.has(property) && (sdo === 'malware' || sdo === 'tool' || sdo === 'attack-pattern')) {
      body[`x_misp_${key}`] = given;
      return;
    }
  }
  if (form === 'flag') body[property] = flag(given[0]?.toLowerCase());
  else if (form === 'one') body[property] = given[0];
  else {
    const items = property === 'aliases' ? given.filter((item) => item !== text(cluster, 'value')) : given;
    const known = Array.isArray(body[property]) ? body[property] : [];
    if (items.length > 0) body[property] = [...known, ...items];
  }
}

function killChainPhase(phase: string): Json {
  const parts = phase.split(':');
  return { kill_chain_name: parts[0] ?? phase, phase_name: parts.at(-1) ?? phase };
}

/** In STIX 2.0 the kinds of malware, actors and tools are labels. */
function twentyLabels(sdo: string, meta: Json, version: StixVersion): string[] {
  if (version === '2.1' || !['malware', 'threat-actor', 'tool'].includes(sdo)) return [];
  const key = `${sdo.replace('-', '_')}_types`;
  return [...texts(meta, key), ...texts(meta, 'labels'), ...texts(meta, 'type')];
}

function locationBody(domain: DomainCluster): Json {
  const { galaxy, cluster, meta } = domain;
  const galaxyType = text(galaxy, 'type');
  const value = text(cluster, 'value');
  const description = text(cluster, 'description');
  if (galaxyType === 'country') {
    const code = texts(meta, 'ISO')[0] ?? value;
    return {
      name: description || value,
      description: `${text(galaxy, 'description')} | ${value}`,
      country: code,
    };
  }
  if (galaxyType === 'region') {
    const name = value.includes(' - ') ? (value.split(' - ')[1] ?? value) : value;
    return {
      name,
      description: `${text(galaxy, 'description')} | ${value}`,
      region: name.toLowerCase().replaceAll(' ', '-'),
    };
  }
  const body: Json = { name: value, ...(description === '' ? {} : { description }) };
  addMeta(body, { ...domain, version: '2.1' });
  if (body.country === undefined && body.region === undefined) body.region = value.toLowerCase().replaceAll(' ', '-');
  return body;
}

function withReferences(object: Json, sdo: string | null, meta: Json): Json {
  if (sdo === null || sdo === 'location' || sdo === 'identity') return object;
  const ids = [...texts(meta, 'external_id'), ...texts(meta, 'Technique ID')];
  const references = [
    ...ids.map((id) => ({ source_name: externalSource(id), external_id: id })),
    ...(sdo === 'vulnerability'
      ? texts(meta, 'aliases').map((id) => ({
          source_name: /^CVE-/.test(id) ? 'cve' : externalSource(id),
          external_id: id,
        }))
      : []),
    ...texts(meta, 'refs').map((url) => ({ source_name: 'url', url })),
  ];
  return references.length === 0 ? object : { ...object, external_references: references };
}

/** The clusters of an element, by its `Galaxy` blocks. */
export function clustersOf(element: Json): { galaxy: Json; cluster: Json }[] {
  const galaxies = Array.isArray(element.Galaxy) ? element.Galaxy.filter(isJson) : [];
  return galaxies.flatMap((galaxy) => {
    const clusters = Array.isArray(galaxy.GalaxyCluster) ? galaxy.GalaxyCluster.filter(isJson) : [];
    return clusters.map((cluster) => ({ galaxy, cluster }));
  });
}
