import { confidenceTags } from '../facts/markings.ts';
import { flag, type Json, objects, text } from '../json.ts';
import { secondsOf, shortStamp, stamp } from '../times.ts';
import { entryTimes, writeAnalystData, writeIdentity } from './annotations.ts';
import { clustersOf } from './clusters.ts';
import type { EventOutput } from './event-output.ts';
import { LOST, lostOfEvent } from './lost-parts.ts';
import { marked } from './markings.ts';
import { isSwallowedBy, mayBeFolded } from './pe-files.ts';
import { tagNames, writeClusters, writeRelationship } from './write-attribute.ts';
import { type ObjectTree, writeObject } from './write-object.ts';

/** So many objects that may be parts of others are held until the event's last one is known. */
const MOST_WAITING = 20_000;

/** The objects of an event that wait for the others, and the references between elements. */
export class ObjectsOfEvent {
  #waiting: Json[] = [];
  #references: { source: string; reference: Json }[] = [];
  readonly #out: EventOutput;

  constructor(out: EventOutput) {
    this.#out = out;
  }

  /** Writes an object, or lets it wait where another may be a part of it, or it a part of another. */
  add(object: Json): void {
    for (const reference of objects(object, 'ObjectReference')) {
      if (!flag(reference.deleted)) this.#references.push({ source: text(object, 'uuid'), reference });
    }
    const name = text(object, 'name');
    const alone = (name === 'file' || name === 'lnk') && objects(object, 'ObjectReference').length === 0;
    if (mayBeFolded(name) && !alone && this.#waiting.length < MOST_WAITING) this.#waiting.push(object);
    else writeObject(this.#out, { object, included: [] });
  }

  /** Writes what waited, then the references whose both ends were written. */
  finish(): void {
    const waiting = new Map(this.#waiting.map((object) => [text(object, 'uuid'), object]));
    const parts = new Set<Json>();
    const partsOf = (object: Json): Json[] =>
      objects(object, 'ObjectReference').flatMap((reference) => {
        const inner = waiting.get(text(reference, 'referenced_uuid'));
        return inner && isSwallowedBy(text(object, 'name'), text(inner, 'name')) ? [inner] : [];
      });
    // Each is a part of one object at most, so that a circle of references has no way in.
    for (const object of this.#waiting) for (const inner of partsOf(object)) parts.add(inner);
    const written = new Set<Json>();
    const treeOf = (object: Json): ObjectTree => {
      written.add(object);
      const inner = partsOf(object).filter((one) => !written.has(one));
      return { object, included: inner.filter((one) => !written.has(one)).map(treeOf) };
    };
    for (const object of this.#waiting) {
      if (!parts.has(object)) writeObject(this.#out, treeOf(object));
    }
    for (const object of this.#waiting) {
      if (!written.has(object)) writeObject(this.#out, treeOf(object));
    }
    this.#waiting = [];
    for (const { source, reference } of this.#references) this.#writeReference(source, reference);
    this.#references = [];
  }

  #writeReference(sourceUuid: string, reference: Json): void {
    const [source] = this.#out.idsOf(sourceUuid);
    const [target] = this.#out.idsOf(text(reference, 'referenced_uuid').toLowerCase());
    const uuid = text(reference, 'uuid').toLowerCase();
    if (source === undefined || target === undefined || source === target || uuid.length !== 36) return;
    const created = stamp(secondsOf(reference.timestamp));
    const comment = text(reference, 'comment');
    const ends = {
      ...(source.endsWith(sourceUuid.toLowerCase()) ? {} : { source: sourceUuid }),
      ...(target.endsWith(text(reference, 'referenced_uuid').toLowerCase())
        ? {}
        : { target: text(reference, 'referenced_uuid') }),
    };
    const kept = { ...(comment === '' ? {} : { comment }), ...ends };
    writeRelationship(this.#out, {
      source,
      type: relationWord(reference),
      target,
      created,
      id: `relationship--${uuid}`,
      properties: Object.keys(kept).length === 0 ? {} : { [LOST]: kept },
    });
  }
}

/** STIX wants lower case letters, digits and hyphens (STIX 2.1, section 3.1); misp-stix writes MISP's word as it is. */
function relationWord(reference: Json): string {
  return text(reference, 'relationship_type') || 'related-to';
}

/** The id of the report that an event becomes: a grouping while it is not published. */
function reportId(out: EventOutput, head: Json): string {
  const type = flag(head.published) || out.version === '2.0' ? 'report' : 'grouping';
  return `${type}--${text(head, 'uuid').toLowerCase()}`;
}

const MARKER = /@!?\[(?:attribute|object)\]\(([0-9a-fA-F-]{36})\)/g;

/** Writes what an event holds beside attributes and objects: its reports, clusters and analyst data. */
export function writeEventParts(out: EventOutput, head: Json): void {
  for (const report of objects(head, 'EventReport')) writeEventReport(out, head, report);
  writeClusters(out, head, secondsOf(head.timestamp));
  for (const one of out.relationships) writeAnalystRelationship(out, one);
  writeAnalystData(out, head, [reportId(out, head)], (object) => out.addLast(object));
}

function writeEventReport(out: EventOutput, head: Json, report: Json): void {
  const uuid = text(report, 'uuid').toLowerCase();
  if (uuid.length !== 36 || flag(report.deleted)) return;
  const content = text(report, 'content');
  const mentioned = [...content.matchAll(MARKER)].flatMap(([, target]) => out.idsOf(target?.toLowerCase() ?? ''));
  const created = stamp(secondsOf(report.timestamp));
  const refs = [...new Set(mentioned)];
  const targets = refs.length > 0 ? refs : [reportId(out, head)];
  const name = text(report, 'name');
  const is21 = out.version === '2.1';
  const id = out.add({
    ...out.head(is21 ? 'note' : 'x-misp-event-report', uuid, { created }),
    ...(is21 ? { abstract: name, content: content || ' ' } : {}),
    object_refs: targets,
    ...(is21 ? { labels: ['misp:data-layer="Event Report"'] } : { x_misp_content: content, x_misp_name: name }),
  });
  out.place(uuid, id.slice(0, -38));
  writeAnalystData(out, report, [id], (object) => out.add(object));
}

function writeAnalystRelationship(
  out: EventOutput,
  { source, relationship, kept }: EventOutput['relationships'][number],
): void {
  const other = text(relationship, 'related_object_uuid').toLowerCase();
  const [target] = out.idsOf(other);
  const uuid = text(relationship, 'uuid').toLowerCase();
  if (target === undefined || uuid.length !== 36) return;
  const [created, modified] = entryTimes(relationship);
  const authors = text(relationship, 'authors');
  const lost = {
    ...(authors === '' ? {} : { authors }),
    ...kept,
    ...(target.endsWith(other) ? {} : { other }),
  };
  writeRelationship(out, {
    source,
    type: relationWord(relationship),
    target,
    created,
    id: `relationship--${uuid}`,
    modified,
    properties: {
      labels: ['misp:context-layer="Analyst Relationship"'],
      ...(Object.keys(lost).length === 0 ? {} : { [LOST]: lost }),
    },
  });
}

/** The identity of who made the event, and its id. */
export function creatorOf(head: Json): { id: string; name: string } {
  const creator = objects(head, 'Orgc')[0] ?? objects(head, 'Org')[0] ?? {};
  const uuid = text(creator, 'uuid').toLowerCase();
  return uuid.length === 36 ? { id: `identity--${uuid}`, name: text(creator, 'name') || uuid } : MISP_IDENTITY;
}

/** Who stands for the maker of attributes that are written without their events. */
export const MISP_IDENTITY = { id: 'identity--55f6ea65-aa10-4c5a-bf01-4f84950d210f', name: 'MISP' };

/** Writes the identity of the event's maker. */
export function writeCreator(out: EventOutput, head: Json): void {
  const { id, name } = creatorOf(head);
  writeIdentity(out, { uuid: id.slice(-36), name }, stamp(secondsOf(head.timestamp)));
}

/** The report or grouping of an event, whose list of objects is put in by `refs`. */
export function reportObject(out: EventOutput, head: Json): { before: Json; after: Json } {
  const seconds = secondsOf(head.timestamp);
  const created = stamp(seconds);
  const published = secondsOf(head.publish_timestamp) || seconds;
  const id = reportId(out, head);
  const type = id.slice(0, -38);
  const tags = tagNames(head);
  const { markings, labels } = out.mark(tags);
  const confidences = tags.flatMap((tag) => confidenceTags.get(tag) ?? []);
  const galaxyTags = clustersOf(head).map(({ cluster }) => text(cluster, 'tag_name'));
  return {
    before: {
      ...out.head(type, id.slice(-36), { created }),
      name: text(head, 'info') || ' ',
      ...(type === 'report'
        ? { published: shortStamp(flag(head.published) ? published : seconds) }
        : { context: 'suspicious-activity' }),
    },
    after: {
      labels: ['Threat-Report', 'misp:tool="MISP-STIX-Converter"', ...labels],
      ...(out.version === '2.1' && confidences.length > 0 ? { confidence: Math.min(...confidences) } : {}),
      ...marked(markings),
      ...lostOfEvent(head, galaxyTags),
    },
  };
}

/** The note that stands in for the content of an event without any. */
export function writeEmptyNote(out: EventOutput, head: Json): void {
  const created = stamp(secondsOf(head.timestamp));
  const uuid = text(head, 'uuid').toLowerCase();
  const content = 'This MISP Event is empty and contains no attribute, object, galaxy or tag.';
  const about = reportId(out, head);
  out.add(
    out.version === '2.1'
      ? { ...out.head('note', uuid, { created }), content, object_refs: [about] }
      : {
          ...out.head('x-misp-event-note', uuid, { created }),
          object_ref: about,
          x_misp_event_note: content,
        },
  );
}
