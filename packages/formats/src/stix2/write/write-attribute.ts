import { type AttributeShape, attributeShape } from '../facts/attribute-shapes.ts';
import { clusterRelation, sdoOfGalaxy } from '../facts/galaxies.ts';
import { relationshipId } from '../ids.ts';
import { flag, isJson, type Json, text, textOf } from '../json.ts';
import { isBefore, secondsOf, shortStamp, stamp, stixTime } from '../times.ts';
import { annotate } from './annotations.ts';
import { clustersOf, writeCluster } from './clusters.ts';
import type { EventOutput } from './event-output.ts';
import { lostOfAttribute } from './lost-parts.ts';
import { marked } from './markings.ts';
import { withObservables } from './observed-data.ts';

/**
 * The names of an element's tags, without those that its galaxies say as well: by type and value, so that the tags of
 * private clusters, which have a uuid for the value, stay.
 */
export function tagNames(element: Json): string[] {
  const { Tag: tags } = element;
  if (!Array.isArray(tags) || tags.length === 0) return [];
  const known = new Set(
    clustersOf(element).flatMap(({ galaxy, cluster }) =>
      text(cluster, 'uuid').length === 36 ? `misp-galaxy:${text(galaxy, 'type')}="${text(cluster, 'value')}"` : [],
    ),
  );
  return tags
    .filter(isJson)
    .map((tag) => text(tag, 'name'))
    .filter((name) => name !== '' && !known.has(name));
}

/** The times that all objects of an element share. */
export interface ElementTimes {
  readonly seconds: number;
  readonly created: string;
  readonly firstObserved: string;
  readonly lastObserved: string;
}

/** Times of an attribute or object: `first_seen` and `last_seen` where they are known, else its timestamp. */
export function timesOf(element: Json): ElementTimes {
  const seconds = secondsOf(element.timestamp);
  const own = shortStamp(seconds);
  const firstObserved = seenTime(element.first_seen) ?? own;
  let lastObserved = seenTime(element.last_seen) ?? own;
  // STIX wants the end not before the beginning.
  if (isBefore(lastObserved, firstObserved)) lastObserved = firstObserved;
  return { seconds, created: stamp(seconds), firstObserved, lastObserved };
}

function seenTime(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? stixTime(value) : null;
}

/** Writes an attribute that stands outside objects, with its clusters, relations, sightings and analyst data. */
export function writeAttribute(out: EventOutput, attribute: Json): void {
  const uuid = text(attribute, 'uuid').toLowerCase();
  const type = text(attribute, 'type');
  const shape = attributeShape(
    { uuid, type, value: text(attribute, 'value'), data: text(attribute, 'data') },
    out.version,
  );
  const times = timesOf(attribute);
  const { markings, labels: own } = out.mark(tagNames(attribute));
  const context: ElementContext = {
    uuid,
    times,
    labels: [`misp:type="${type}"`, `misp:category="${text(attribute, 'category')}"`, ...own],
    markings,
    comment: text(attribute, 'comment'),
    phase: text(attribute, 'category'),
  };
  writeClusters(out, attribute, times.seconds);
  const ids = writeShape(out, attribute, shape, context);
  const [main] = ids;
  if (main === undefined) return;
  out.place(uuid, ids.map((id) => id.slice(0, -38)).join(' '));
  relateClusters(out, [attribute], main, times);
  annotate(out, attribute, ids);
}

/** What the objects of one element share. */
export interface ElementContext {
  readonly uuid: string;
  readonly times: ElementTimes;
  readonly labels: readonly string[];
  readonly markings: readonly string[];
  readonly comment: string;
  readonly phase: string;
}

function writeShape(
  out: EventOutput,
  attribute: Json,
  shape: AttributeShape | null,
  context: ElementContext,
): string[] {
  const { uuid, times, labels, markings } = context;
  const detects = flag(attribute.to_ids);
  if (shape?.kind === 'observed') {
    const lost = lostOfAttribute(attribute, detects ? 'indicator' : 'observed');
    const ids = [withObservables(out, context, shape.scos, lost)];
    if (detects) ids.push(writeIndicator(out, context, { pattern: `[${shape.pattern}]` }));
    return ids;
  }
  if (shape?.kind === 'pattern only' && detects) {
    const lost = lostOfAttribute(attribute, 'pattern');
    return [writeIndicator(out, context, { pattern: `[${shape.pattern}]`, lost })];
  }
  if (shape?.kind === 'rule') {
    const { patternType } = shape;
    const lost = lostOfAttribute(attribute, 'rule');
    return [writeIndicator(out, context, { pattern: `[${text(attribute, 'value')}]`, patternType, lost })];
  }
  if (shape?.kind === 'sdo') {
    const id = out.add({
      ...out.head(shape.type, uuid, times),
      ...shape.properties,
      labels,
      ...marked(markings),
      ...lostOfAttribute(attribute, 'sdo'),
    });
    return [id];
  }
  const id = out.add({
    ...out.head('x-misp-attribute', uuid, times),
    labels,
    ...marked(markings),
    x_misp_category: text(attribute, 'category'),
    ...(context.comment === '' ? {} : { x_misp_comment: context.comment }),
    ...(text(attribute, 'data') === '' ? {} : { x_misp_data: text(attribute, 'data') }),
    x_misp_type: text(attribute, 'type'),
    x_misp_value: text(attribute, 'value'),
    ...lostOfAttribute(attribute, 'custom'),
  });
  return [id];
}

/** What an indicator holds beside what its element says. */
export interface IndicatorParts {
  readonly pattern: string;
  readonly patternType?: string;
  readonly patternVersion?: string;
  readonly properties?: Json;
  readonly lost?: Json;
  /** False where the markings stand on the observed data alone. */
  readonly marked?: boolean;
}

/** Writes an indicator and, where the element has observed data, that it is based on it. Answers its id. */
export function writeIndicator(out: EventOutput, context: ElementContext, parts: IndicatorParts): string {
  const { uuid, times, comment, labels, markings, phase } = context;
  const indicator = out.head('indicator', uuid, times);
  if (comment !== '') indicator.description = comment;
  if (parts.properties) Object.assign(indicator, parts.properties);
  indicator.pattern = parts.pattern;
  if (out.version === '2.1') {
    indicator.pattern_type = parts.patternType ?? 'stix';
    indicator.pattern_version = parts.patternVersion ?? '2.1';
  }
  indicator.valid_from = shortStamp(times.seconds);
  indicator.kill_chain_phases = [{ kill_chain_name: 'misp-category', phase_name: phase }];
  indicator.labels = labels;
  if (parts.marked !== false && markings.length > 0) indicator.object_marking_refs = markings;
  const id = out.add(parts.lost ? Object.assign(indicator, parts.lost) : indicator);
  if (parts.lost === undefined) {
    const target = `observed-data--${uuid}`;
    writeRelationship(out, { source: id, type: 'based-on', target, created: times.created });
  }
  return id;
}

/** A relationship between two objects, by their STIX ids. */
interface WrittenRelationship {
  readonly source: string;
  readonly type: string;
  readonly target: string;
  readonly created: string;
  /** Its time of creation where it is left out. */
  readonly modified?: string;
  /** Made of its parts where it has none of its own. */
  readonly id?: string;
  readonly properties?: Json;
}

/** Writes a relationship behind all other objects. */
export function writeRelationship(out: EventOutput, written: WrittenRelationship): void {
  const { source, type, target, created, modified = created, properties } = written;
  const id = written.id ?? relationshipId(source, type, target, out.version);
  const relationship = out.head('relationship', id.slice(-36), { created, modified, creator: null });
  relationship.relationship_type = type;
  relationship.source_ref = source;
  relationship.target_ref = target;
  out.addLast(properties ? Object.assign(relationship, properties) : relationship);
}

/** Writes the clusters of an element, each once in the bundle. */
export function writeClusters(out: EventOutput, element: Json, seconds: number): void {
  for (const { galaxy, cluster } of clustersOf(element)) {
    const id = clusterId(out, galaxy, cluster);
    if (id !== null) out.addShared(id, () => writeCluster(galaxy, cluster, seconds, out.version).object, true);
  }
}

/** Says of an element that it has to do with its clusters, and with those of its parts, once with each. */
export function relateClusters(
  out: EventOutput,
  parts: readonly Json[],
  main: string,
  { created }: ElementTimes,
): void {
  const related = new Set<string>();
  for (const part of parts) {
    for (const { galaxy, cluster } of clustersOf(part)) {
      const id = clusterId(out, galaxy, cluster);
      if (id === null || related.has(id)) continue;
      related.add(id);
      const type = clusterRelation(main.slice(0, -38), id.slice(0, -38));
      writeRelationship(out, { source: main, type, target: id, created });
    }
  }
}

function clusterId(out: EventOutput, galaxy: Json, cluster: Json): string | null {
  const uuid = text(cluster, 'uuid').toLowerCase();
  if (uuid.length !== 36) return null;
  const type = sdoOfGalaxy(text(galaxy, 'type') || textOf(cluster.type), out.version);
  return `${type ?? 'x-misp-galaxy-cluster'}--${uuid}`;
}
