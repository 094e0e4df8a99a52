import { mispUuid } from '../ids.ts';
import { type Json, objects, table, text, textOf, texts } from '../json.ts';
import { secondsOfStamp, stixTime } from '../times.ts';
import { readLabels } from './labels.ts';
import { append, lostOf, type Reading } from './reading.ts';

/** MISP's date text of a STIX timestamp. */
function dateOf(value: unknown): string {
  const time = typeof value === 'string' ? stixTime(value) : null;
  return time === null ? '' : time.slice(0, 19).replace('T', ' ');
}

function entry(object: Json): Json {
  const authors = texts(object, 'authors').join(', ') || text(object, 'x_misp_author');
  return {
    uuid: mispUuid(text(object, 'id')),
    ...(authors === '' ? {} : { authors }),
    created: dateOf(object.created),
    modified: dateOf(object.modified),
    distribution: '5',
  };
}

const words: Readonly<Record<string, string>> = table({
  'strongly-agree': '100',
  agree: '75',
  neutral: '50',
  disagree: '25',
  'strongly-disagree': '0',
});

/** A note or an opinion in MISP's JSON, and of what kind; null for any other object. */
function readEntry(object: Json): { kind: 'Note' | 'Opinion'; entry: Json } | null {
  if (object.type === 'note' || object.type === 'x-misp-analyst-note') {
    const abstract = text(object, 'abstract');
    const content = text(object, 'content') || text(object, 'x_misp_note');
    return {
      kind: 'Note',
      entry: {
        ...entry(object),
        note: abstract === '' ? content : `${abstract}\n\n${content}`,
        language: text(object, 'lang') || text(object, 'x_misp_language'),
      },
    };
  }
  if (object.type === 'opinion' || object.type === 'x-misp-analyst-opinion') {
    const value = textOf(object.x_misp_opinion) || words[text(object, 'opinion')] || '50';
    const comment = text(object, 'explanation') || text(object, 'x_misp_comment');
    return { kind: 'Opinion', entry: { ...entry(object), opinion: value, comment } };
  }
  return null;
}

/** A false positive that MISP wrote as an opinion. */
function isFalsePositive(object: Json): boolean {
  if (object.type === 'x-misp-opinion') return true;
  return (
    object.type === 'opinion' &&
    text(object, 'explanation') === 'False positive Sighting' &&
    !readLabels(object).said.has('context-layer')
  );
}

/** Reads sightings, notes, opinions and event reports, after all that they may be about. */
export function readAnnotations(reading: Reading, event: Json, eventIds: ReadonlySet<string>): void {
  const entries = new Map<string, Json>();
  const answers: { parent: string; kind: string; entry: Json }[] = [];
  const bundled = reading.bundle.objects;
  const known = knownSightings(reading);
  const parts = partsOfObjects(reading);
  for (const [id, object] of bundled) {
    if (isEventReport(object)) readEventReport(reading, id, object);
  }
  for (const [id, object] of bundled) {
    if (reading.isTaken(id)) continue;
    if (object.type === 'sighting') readSighting(reading, id, object, known);
    else if (isFalsePositive(object)) readFalsePositive(reading, id, object, known);
    else {
      const read = readEntry(object);
      if (read === null) continue;
      entries.set(text(read.entry, 'uuid'), read.entry);
      const parent = text(lostOf(object), 'parent');
      if (parent !== '') {
        answers.push({ parent, ...read });
        reading.take(id);
        continue;
      }
      if (isSaidOfNothing(object, eventIds)) {
        reading.take(id);
        continue;
      }
      const part = parts.get(text(lostOf(object), 'about'));
      const target = part ?? targetOf(reading, event, eventIds, texts(object, 'object_refs'));
      if (target === null) reading.leave(id, 'What it is about is not in the event.');
      else {
        append(target, read.kind, read.entry);
        reading.take(id);
      }
    }
  }
  for (const { parent, kind, entry: answer } of answers) {
    const about = entries.get(parent);
    if (about === undefined || about === answer) reading.leave(text(answer, 'uuid'), 'What it answers is not there.');
    else append(about, kind, answer);
  }
}

/** The note that stands in for the content of an event without any: STIX has no empty reports. */
function isSaidOfNothing(object: Json, eventIds: ReadonlySet<string>): boolean {
  return (
    (object.type === 'note' || object.type === 'x-misp-event-note') &&
    texts(object, 'object_refs').some((id) => eventIds.has(id) && id.endsWith(mispUuid(text(object, 'id')))) &&
    text(object, 'content').startsWith('This MISP Event is empty')
  );
}

/** Attributes of objects, and objects that are parts of others, by their uuids. */
export function partsOfObjects({ objects: made }: Reading): Map<string, Json> {
  const parts = made.flatMap((object) => [object, ...objects(object, 'Attribute')]);
  return new Map(parts.map((part) => [text(part, 'uuid'), part]));
}

/** The first element behind references: an analyst's entry has one place, further ones would need uuids of their own. */
function targetOf(reading: Reading, event: Json, eventIds: ReadonlySet<string>, refs: readonly string[]): Json | null {
  for (const ref of refs) {
    const target = eventIds.has(ref) ? event : reading.elementOf(ref);
    if (target !== undefined) return target;
  }
  return null;
}

function isEventReport(object: Json): boolean {
  if (object.type === 'x-misp-event-report') return true;
  return object.type === 'note' && readLabels(object).said.get('data-layer') === 'Event Report';
}

function readEventReport(reading: Reading, id: string, object: Json): void {
  const seconds = secondsOfStamp(object.modified);
  const report: Json = {
    uuid: mispUuid(id),
    name: text(object, 'abstract') || text(object, 'x_misp_name') || 'Report',
    // STIX has no empty texts.
    content: (text(object, 'content') || text(object, 'x_misp_content')).replace(/^ $/, ''),
    distribution: '5',
    ...(seconds === null ? {} : { timestamp: String(seconds) }),
  };
  reading.reports.push(report);
  reading.link(id, report);
}

function organisationOf(reading: Reading, id: unknown): Json {
  const identity = typeof id === 'string' ? reading.bundle.objects.get(id) : undefined;
  if (identity === undefined) return {};
  reading.take(text(identity, 'id'));
  return { Organisation: { uuid: mispUuid(text(identity, 'id')), name: text(identity, 'name') } };
}

function readSighting(reading: Reading, id: string, object: Json, known: ReadonlySet<string>): void {
  const date = secondsOfStamp(object.last_seen) ?? secondsOfStamp(object.created);
  const [where] = texts(object, 'where_sighted_refs');
  const sighting = {
    uuid: mispUuid(id),
    type: '0',
    source: text(object, 'description') || text(object, 'x_misp_source'),
    ...(date === null ? {} : { date_sighting: String(date) }),
    ...organisationOf(reading, where),
  };
  const refs = [text(object, 'sighting_of_ref'), ...texts(object, 'observed_data_refs')];
  if (!addSighting(reading, id, sighting, refs, known)) return;
  const count = Number(textOf(object.count));
  if (count > 1) reading.leave(id, `It counts ${count} sightings without a time of each; one is taken.`);
}

function readFalsePositive(reading: Reading, id: string, object: Json, known: ReadonlySet<string>): void {
  const date = secondsOfStamp(object.created);
  const sighting = {
    uuid: mispUuid(id),
    type: '1',
    source: text(lostOf(object), 'source'),
    ...(date === null ? {} : { date_sighting: String(date) }),
    ...organisationOf(reading, object.x_misp_author_ref),
  };
  addSighting(reading, id, sighting, texts(object, 'object_refs'), known);
}

/** The uuids of sightings that Magpie's own notes put in their places already. */
function knownSightings({ attributes, objects: made }: Reading): Set<string> {
  const members = [...attributes, ...made.flatMap((object) => objects(object, 'Attribute'))];
  return new Set(members.flatMap((member) => objects(member, 'Sighting').map((sighting) => text(sighting, 'uuid'))));
}

/** A sighting goes to an attribute; that of an object to its first one. False where none is there. */
function addSighting(
  reading: Reading,
  id: string,
  sighting: Json,
  refs: readonly string[],
  known: ReadonlySet<string>,
): boolean {
  for (const ref of refs) {
    const element = reading.elementOf(ref);
    if (element === undefined) continue;
    const [target = element] = objects(element, 'Attribute');
    if (!known.has(text(sighting, 'uuid'))) append(target, 'Sighting', sighting);
    reading.take(id);
    return true;
  }
  reading.leave(id, 'What was sighted is not in the event.');
  return false;
}
