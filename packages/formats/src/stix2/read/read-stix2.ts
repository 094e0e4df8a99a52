import { confidenceTag } from '../facts/markings.ts';
import { oppositeOf } from '../facts/opposites.ts';
import { mispUuid } from '../ids.ts';
import { isJson, type Json, objects, text, texts } from '../json.ts';
import { secondsOfStamp } from '../times.ts';
import { LOST } from '../write/lost-parts.ts';
import { partsOfObjects, readAnnotations } from './annotations.ts';
import { checkBundle, type NotTaken } from './bundle.ts';
import { attach, type ReadCluster } from './clusters.ts';
import { readForeignClusters, readForeignElements } from './foreign-bundle.ts';
import { foreignTemplates } from './foreign-observables.ts';
import { markingTags, readLabels } from './labels.ts';
import { isOwnReport, readOwnClusters, readOwnElements } from './own-bundle.ts';
import { addTags, append, lostOf, Reading, type ReadOptions } from './reading.ts';

/** What became of a bundle. */
export interface StixReading {
  /** In MISP's JSON, as `events/add` takes it. */
  readonly event: Json;
  readonly version: '2.0' | '2.1';
  /** MISP or one of its converters wrote the bundle. */
  readonly isOwn: boolean;
  /** Every object of the bundle that has no place in the event, with the reason. */
  readonly notTaken: readonly NotTaken[];
}

/**
 * Reads a STIX 2.0 or 2.1 bundle as one MISP event: MISP's own bundles back to what they were made from, those of other
 * producers by misp-stix's rules. Throws `StixRefused` where the document is no bundle.
 */
export function readStix2(document: unknown, options: ReadOptions): StixReading {
  const bundle = checkBundle(document);
  const reports = [...bundle.objects.values()].filter(({ type }) => type === 'report' || type === 'grouping');
  const isOwn = reports.some(isOwnReport);
  const reading = new Reading(bundle, options, { isForeign: !isOwn });
  const event = isOwn ? ownEvent(reading, reports) : foreignEvent(reading, reports);
  const eventIds = new Set(reports.map((report) => text(report, 'id')));
  if (isOwn) readOwnElements(reading);
  else {
    takeAuthors(reading, reports);
    readForeignElements(reading);
  }
  const clusters: ReadonlyMap<string, ReadCluster> = isOwn ? readOwnClusters(reading) : readForeignClusters(reading);
  const attached = readRelationships(reading, clusters, isOwn);
  attachToEvent(reading, event, clusters, attached);
  readAnnotations(reading, event, eventIds);
  tellLeft(reading, isOwn);
  return {
    event: {
      ...event,
      Attribute: reading.attributes,
      Object: reading.objects,
      ...(reading.reports.length > 0 ? { EventReport: reading.reports } : {}),
    },
    version: bundle.version,
    isOwn,
    notTaken: bundle.notTaken,
  };
}

/** Who wrote a report is told by a tag, and is no element; nor is who wrote something else, unless a report lists him. */
function takeAuthors(reading: Reading, reports: readonly Json[]): void {
  const authors = new Set(reports.map((report) => text(report, 'created_by_ref')));
  const listed = new Set(reports.flatMap((report) => texts(report, 'object_refs')));
  for (const object of reading.bundle.objects.values()) {
    const id = text(object, 'created_by_ref');
    if (reading.bundle.objects.get(id)?.type !== 'identity') continue;
    if (authors.has(id) || !listed.has(id)) reading.take(id);
  }
}

function baseEvent(reading: Reading, report: Json): Json {
  const id = text(report, 'id');
  reading.take(id);
  const seconds = secondsOfStamp(report.modified);
  const published = secondsOfStamp(report.published);
  const isPublished = report.type === 'report' && published !== null && published !== seconds;
  return {
    uuid: mispUuid(id),
    info: text(report, 'name').trim() || 'STIX report without a name',
    date: text(report, 'created').slice(0, 10) || reading.options.today,
    threat_level_id: '4',
    analysis: '0',
    published: isPublished,
    ...(isPublished ? { publish_timestamp: String(published) } : {}),
    ...(seconds === null ? {} : { timestamp: String(seconds) }),
  };
}

function ownEvent(reading: Reading, reports: readonly Json[]): Json {
  const own = reports.find(isOwnReport) ?? {};
  const event = baseEvent(reading, own);
  // Analysts relate whole events as well.
  reading.link(text(own, 'id'), event);
  const lost = lostOf(own);
  for (const key of ['date', 'threat_level_id', 'analysis', 'extends_uuid', 'disable_correlation']) {
    if (lost[key] !== undefined) event[key] = lost[key];
  }
  const isPlain = (tag: string) => tag !== 'Threat-Report' && !tag.startsWith('misp:tool=');
  const galaxyTags = Array.isArray(lost.tags) ? lost.tags.filter((tag) => typeof tag === 'string') : [];
  addTags(event, [...readLabels(own).tags.filter(isPlain), ...markingTags(own, reading.bundle.objects), ...galaxyTags]);
  const creator = reading.bundle.objects.get(text(own, 'created_by_ref'));
  if (creator !== undefined) {
    event.Orgc = { uuid: mispUuid(text(creator, 'id')), name: text(creator, 'name') };
    reading.take(text(creator, 'id'));
  }
  for (const report of reports) {
    if (report !== own)
      reading.leave(text(report, 'id'), 'The bundle holds more than one event; the first one was read.');
  }
  return event;
}

function foreignEvent(reading: Reading, reports: readonly Json[]): Json {
  const { bundle, options } = reading;
  const [only] = reports;
  const event: Json =
    reports.length === 1 && only !== undefined
      ? baseEvent(reading, only)
      : {
          uuid: mispUuid(bundle.id),
          info: `STIX ${bundle.version} Bundle (${bundle.id}) and converted with the MISP-STIX import feature.`,
          date: options.today,
          threat_level_id: '4',
          analysis: '0',
          published: false,
        };
  const producer = reports.length === 0 ? onlyProducer(reading) : '';
  if (producer !== '') addTags(event, [`misp-galaxy:producer="${producer}"`]);
  for (const report of reports) {
    const id = text(report, 'id');
    reading.take(id);
    addTags(event, reading.tagsFor(report));
    const creator = bundle.objects.get(text(report, 'created_by_ref'));
    if (creator !== undefined && creator.type === 'identity')
      addTags(event, [`misp-galaxy:producer="${text(creator, 'name')}"`]);
    const confidence = Number(report.confidence);
    if (report.confidence !== undefined && Number.isFinite(confidence)) addTags(event, [confidenceTag(confidence)]);
    const description = text(report, 'description');
    if (description !== '') {
      reading.reports.push({
        name: `STIX ${bundle.version} report description`,
        content: description,
        distribution: '5',
      });
    }
  }
  return event;
}

/** The name of who made all objects of a bundle that has no report to say so; '' where there are several, or none. */
function onlyProducer({ bundle }: Reading): string {
  const ids = new Set([...bundle.objects.values()].map((object) => text(object, 'created_by_ref')));
  ids.delete('');
  const [id = ''] = ids;
  const producer = ids.size === 1 ? bundle.objects.get(id) : undefined;
  return producer?.type === 'identity' ? text(producer, 'name') : '';
}

/** Relations between elements become references, those to clusters tags. Answers the clusters that were attached. */
function readRelationships(reading: Reading, clusters: ReadonlyMap<string, ReadCluster>, isOwn: boolean): Set<string> {
  const attached = new Set<string>();
  let known: ReadonlyMap<string, Json> | null = null;
  const parts = () => {
    known ??= partsOfObjects(reading);
    return known;
  };
  for (const [id, object] of reading.bundle.objects) {
    if (object.type !== 'relationship') continue;
    const source = text(object, 'source_ref');
    const target = text(object, 'target_ref');
    const type = text(object, 'relationship_type');
    if (source === target) {
      reading.leave(id, 'It relates an object to itself.');
      continue;
    }
    const cluster = clusters.get(target) ?? clusters.get(source);
    const others = reading.elementsOf(clusters.has(target) ? source : target);
    if (cluster !== undefined) {
      if (clusters.has(source) && clusters.has(target))
        relateClusters(reading, id, { type, source: clusters.get(source), target: clusters.get(target) });
      else if (others.size === 0) reading.leave(id, 'One of its ends is not in the event.');
      else {
        reading.spend(others.size * cluster.tags.length);
        for (const element of others) {
          for (const carrier of carriersOf(reading, element, cluster)) attach(reading, carrier, cluster);
        }
        // Of what a cluster does to others it is the subject: misp-stix leaves it with the event.
        if (isOwn || clusters.has(target)) attached.add(clusters.has(target) ? target : source);
        reading.take(id);
      }
      continue;
    }
    relateElements(reading, id, object, { source, target, type, isOwn, parts });
  }
  return attached;
}

/**
 * Objects have no tags: their attributes that carry a cluster's tag already have the cluster, else the first carries
 * what is said of the object.
 */
function carriersOf(reading: Reading, element: Json, { tags }: ReadCluster): readonly Json[] {
  const members = Array.isArray(element.Attribute) ? element.Attribute.filter(isJson) : [];
  reading.spend(members.length);
  const tagged = members.filter((member) => objects(member, 'Tag').some((tag) => tags.includes(text(tag, 'name'))));
  return tagged.length > 0 ? tagged : [members[0] ?? element];
}

interface Relation {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly isOwn: boolean;
  /** Parts of objects by their uuids. */
  readonly parts: () => ReadonlyMap<string, Json>;
}

/** Of clusters that are made here one relates to the other; tags, and clusters that are known already, stay as they are. */
function relateClusters(
  reading: Reading,
  id: string,
  { type, source, target }: { type: string; source: ReadCluster | undefined; target: ReadCluster | undefined },
): void {
  if (reading.options.galaxiesAsTags) {
    reading.leave(id, 'Tags are not related to each other.');
    return;
  }
  const from = source?.cluster ?? null;
  const to = target?.cluster ?? null;
  if (from === null || to === null) {
    reading.leave(id, 'It relates a cluster that is not made here.');
    return;
  }
  append(from, 'GalaxyClusterRelation', {
    referenced_galaxy_cluster_uuid: text(to, 'uuid'),
    referenced_galaxy_cluster_type: type || 'related-to',
  });
  reading.take(id);
}

function relateElements(
  reading: Reading,
  id: string,
  relationship: Json,
  { source, target, type, isOwn, parts }: Relation,
): void {
  const lost = lostOf(relationship);
  const folded = (key: string, otherwise: string) =>
    reading.elementOf(text(lost, key) === '' ? otherwise : `x-misp-object--${text(lost, key)}`);
  // Analysts relate parts of objects too, which have no objects of their own in STIX.
  const part = (key: string) => (text(lost, key) === '' ? undefined : parts().get(text(lost, key)));
  const from = part('about') ?? folded('source', source);
  // A reference may lead to a part of an object.
  const inner = part('target');
  const to = part('other') ?? (inner?.object_relation === undefined ? folded('target', target) : inner);
  if (from === undefined || to === undefined) {
    reading.leave(id, 'One of its ends is not in the event.');
    return;
  }
  reading.take(id);
  // An indicator and the data that it is based on are one element.
  if (from === to) return;
  const seconds = secondsOfStamp(relationship.modified);
  if (readLabels(relationship).said.get('context-layer') === 'Analyst Relationship') {
    append(from, 'Relationship', {
      uuid: mispUuid(id),
      related_object_type: to.Attribute === undefined ? 'Attribute' : 'Object',
      related_object_uuid: text(to, 'uuid'),
      relationship_type: type,
      authors: text(lost, 'authors'),
      created: text(relationship, 'created').slice(0, 19).replace('T', ' '),
      modified: text(relationship, 'modified').slice(0, 19).replace('T', ' '),
      distribution: '5',
    });
    return;
  }
  // References start from objects: what an attribute does to an object is told from the other side.
  const opposite = from.Attribute === undefined && to.Attribute !== undefined ? oppositeOf(type) : null;
  if (from.Attribute === undefined && opposite === null) {
    reading.leave(id, 'MISP relates objects only; it starts from an attribute.');
    return;
  }
  const comment = text(lost, 'comment') || (isOwn ? '' : text(relationship, 'description'));
  append(opposite === null ? from : to, 'ObjectReference', {
    uuid: mispUuid(id),
    referenced_uuid: text(opposite === null ? to : from, 'uuid'),
    relationship_type: opposite ?? type,
    comment,
    ...(seconds === null ? {} : { timestamp: String(seconds) }),
  });
}

/** Clusters that hang on no element are the event's; Magpie's own bundles say which are. */
function attachToEvent(
  reading: Reading,
  event: Json,
  clusters: ReadonlyMap<string, ReadCluster>,
  attached: ReadonlySet<string>,
): void {
  const report = [...reading.bundle.objects.values()].find(
    (object) => object[LOST] !== undefined && isOwnReport(object),
  );
  const named = report === undefined ? null : new Set(texts(lostOf(report), 'tags'));
  for (const [id, cluster] of clusters) {
    const isEvents = named === null ? !attached.has(id) : cluster.tags.some((tag) => named.has(tag));
    if (isEvents) attach(reading, event, cluster);
  }
}

const quiet: ReadonlySet<string> = new Set(['marking-definition', 'extension-definition', 'language-content']);

/** What nothing was made of is told, so that nobody takes it for imported. */
function tellLeft(reading: Reading, isOwn: boolean): void {
  for (const [id, object] of reading.bundle.objects) {
    const type = text(object, 'type');
    if (reading.isTaken(id) || quiet.has(type)) continue;
    if (isOwn && (type === 'note' || type === 'x-misp-event-note')) continue;
    reading.leave(id, `MISP has no place for objects of the type ${type}.`);
  }
}

/** Names of a bundle's domain objects, and their aliases: what clusters may be known by. */
export function clusterNames(document: unknown): string[] {
  const bundle = checkBundle(document);
  const names = new Set<string>();
  for (const object of bundle.objects.values()) {
    if (readLabels(object).said.has('galaxy-type')) continue;
    if (
      /^(?:attack-pattern|campaign|course-of-action|intrusion-set|malware|threat-actor|tool|vulnerability|location)$/.test(
        text(object, 'type'),
      )
    ) {
      for (const name of [text(object, 'name'), ...texts(object, 'aliases')])
        if (name !== '') names.add(name.toLowerCase());
    }
  }
  return [...names];
}

/** Names of the object templates that a bundle may need: those it names, and those its observables become. */
export function objectNames(document: unknown): string[] {
  const { objects } = checkBundle(document);
  const names = new Set<string>();
  for (const object of objects.values()) {
    const said = readLabels(object).said.get('name') || text(object, 'x_misp_name');
    if (said !== '' && object.type !== 'x-misp-galaxy-cluster') names.add(said);
  }
  return [...names, ...foreignTemplates].slice(0, 1000);
}
