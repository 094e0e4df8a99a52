import { child, flag, type Json, objects, text } from '../../stix2/json.ts';
import { UuidTable } from '../../stix2/write/uuid-table.ts';
import type { StixEvent } from '../../stix2/write/write-bundle.ts';
import { clustersOf } from './clusters.ts';
import type { EventOutput } from './event-output.ts';
import { confidenceOf, handling, tagNames } from './markings.ts';
import type { Executable } from './object-form.ts';
import { addCluster, attributeActor, journal, leverage, stamp, writeAttribute } from './write-attribute.ts';
import { noteWords, writeObject } from './write-object.ts';

const threatLevels: Readonly<Record<string, string>> = { '1': 'High', '2': 'Medium', '3': 'Low', '4': 'Undefined' };
const statuses: Readonly<Record<string, string>> = { '0': 'New', '1': 'Open', '2': 'Closed' };

/** Words of CybOX ids, each remembered by a small number. */
class Words {
  readonly #table = new UuidTable();
  readonly #numbers = new Map<string, number>();
  readonly #words: string[] = [];

  note(uuid: string, word: string): void {
    if (word === '') return;
    let number = this.#numbers.get(word);
    if (number === undefined) {
      number = this.#words.push(word);
      this.#numbers.set(word, number);
    }
    this.#table.set(uuid, number);
  }

  of(uuid: string): string {
    return this.#words[this.#table.get(uuid) - 1] ?? '';
  }
}

/** Name of the organisation that made an event. */
export function producerOf(head: Json): string {
  return text(child(head, 'Orgc'), 'name') || 'MISP';
}

/** Fills the lists of an event's package, page by page of the event. */
export async function fillPackage(out: EventOutput, { head, attributes, objects: pages }: StixEvent): Promise<void> {
  const producer = producerOf(head);
  const words = new Words();
  journal(out, `Event Threat Level: ${threatLevels[text(head, 'threat_level_id')] ?? 'Undefined'}`);
  journal(out, 'MISP Tag: misp:tool="MISP-STIX-Converter"');
  writeClusters(out, head);
  for await (const page of attributes) {
    for (const attribute of page) {
      if (flag(attribute.deleted)) continue;
      words.note(text(attribute, 'uuid'), writeAttribute(out, attribute, producer));
    }
  }
  const waiting: Json[] = [];
  for await (const page of pages) {
    for (const object of page) {
      if (flag(object.deleted)) continue;
      if (isFolded(object) || objects(object, 'ObjectReference').length > 0) waiting.push(object);
      else writeNoted(object);
    }
  }
  for (const { object, executable } of fold(waiting)) noteWords(object, executable, (...noted) => words.note(...noted));
  for (const { object, executable } of fold(waiting)) writeNoted(object, executable);

  function writeNoted(object: Json, executable?: Executable): void {
    const note = (uuid: string, word: string) => words.note(uuid, word);
    if (executable === undefined) noteWords(object, undefined, note);
    writeObject(out, object, producer, { of: (uuid) => words.of(uuid), note }, executable);
  }
}

/** Clusters of the event itself. */
function writeClusters(out: EventOutput, head: Json): void {
  const timestamp = stamp(head.timestamp);
  for (const cluster of clustersOf(head)) {
    addCluster(out, cluster, timestamp);
    const { galaxy: relationship, uuid, kind } = cluster;
    if (!out.isNew(`event ${uuid}`)) continue;
    if (kind === 'course-of-action') {
      const idref = out.id('CourseOfAction', uuid);
      out.add('coaTaken', { course_of_action: { idref, related_coas: {}, related_packages: {} } });
    } else if (kind === 'threat-actor') attributeActor(out, cluster);
    else leverage(out, relationship, uuid);
  }
}

/** Executables and their sections are written with the file that includes them. */
function isFolded(object: Json): boolean {
  return ['pe', 'pe-section'].includes(text(object, 'name'));
}

function includes(object: Json): string[] {
  return objects(object, 'ObjectReference')
    .filter((reference) => text(reference, 'relationship_type') === 'includes' && reference.deleted !== true)
    .map((reference) => text(reference, 'referenced_uuid'));
}

function fold(waiting: readonly Json[]): { object: Json; executable?: Executable }[] {
  const byUuid = new Map(waiting.map((object) => [text(object, 'uuid'), object]));
  const taken = new Set<Json>();
  const included = (object: Json, name: string) =>
    includes(object).flatMap((uuid) => {
      const target = byUuid.get(uuid);
      return target !== undefined && text(target, 'name') === name && !taken.has(target) ? [target] : [];
    });
  const executables = new Map<Json, Executable>();
  const take = (holder: Json, pe: Json) => {
    taken.add(pe);
    const sections = included(pe, 'pe-section');
    for (const section of sections) taken.add(section);
    executables.set(holder, { pe, sections });
  };
  for (const file of waiting.filter((object) => text(object, 'name') === 'file')) {
    const [pe] = included(file, 'pe');
    if (pe !== undefined) take(file, pe);
  }
  for (const pe of waiting.filter((object) => text(object, 'name') === 'pe' && !taken.has(object))) {
    const sections = included(pe, 'pe-section');
    for (const section of sections) taken.add(section);
    if (sections.length > 0) executables.set(pe, { pe, sections });
  }
  return waiting
    .filter((object) => !taken.has(object))
    .map((object) => {
      const executable = executables.get(object);
      return executable === undefined ? { object } : { object, executable };
    });
}

/** What the incident of an event has beside its lists, in the order of the JSON form. */
export function incidentParts(out: EventOutput, head: Json): { before: Json; after: Json } {
  const timestamp = stamp(head.timestamp);
  const published = text(head, 'publish_timestamp');
  const isPublished = flag(head.published) && published !== '' && published !== '0';
  const names = tagNames([head]);
  const confidence = confidenceOf(names);
  const source = { identity: { name: producerOf(head) } };
  const id = text(head, 'id');
  const date = /^\d{4}-\d\d-\d\d$/.test(text(head, 'date')) ? text(head, 'date') : timestamp.slice(0, 10);
  return {
    before: { id: out.id('Incident', text(head, 'uuid')), title: text(head, 'info'), timestamp },
    after: {
      time: {
        incident_discovery: `${date}T00:00:00+00:00`,
        ...(isPublished ? { incident_reported: stamp(published) } : {}),
      },
      ...(id === '' ? {} : { external_ids: [{ value: id, source: 'MISP Event' }] }),
      status: {
        value: statuses[text(head, 'analysis')] ?? 'New',
        'xsi:type': 'stixVocabs:IncidentStatusVocab-1.0',
      },
      information_source: source,
      reporter: source,
      ...(confidence === null ? {} : { confidence: { timestamp, timestamp_precision: 'second', value: confidence } }),
      ...handling(names),
    },
  };
}
