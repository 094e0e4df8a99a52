import { randomUUID } from 'node:crypto';
import type { StixVersion } from '../facts/attribute-shapes.ts';
import { flag, type Json, objects } from '../json.ts';
import { writeIdentity } from './annotations.ts';
import { BETWEEN, EventOutput, type Written } from './event-output.ts';
import { writeAttribute } from './write-attribute.ts';
import {
  creatorOf,
  MISP_IDENTITY,
  ObjectsOfEvent,
  reportObject,
  writeCreator,
  writeEmptyNote,
  writeEventParts,
} from './write-event.ts';

/** An event in MISP's JSON, its attributes and objects page by page. */
export interface StixEvent {
  /** What stands beside `Attribute` and `Object`. */
  readonly head: Json;
  readonly attributes: AsyncIterable<readonly Json[]>;
  readonly objects: AsyncIterable<readonly Json[]>;
}

/** How a bundle is written. */
export interface StixOptions {
  readonly version: StixVersion;
  /** Uuid of the bundle; a random one otherwise. */
  readonly bundleUuid?: string;
}

/** Text is handed on when it has this length. */
const PIECE_LENGTH = 64 * 1024;

/**
 * Writes events as one STIX bundle (OASIS STIX 2.0 and 2.1, in the shape of misp-stix), in pieces of text. Memory is
 * bounded by a page of an event, and by 34 bytes for each of its elements.
 */
export async function* writeStix2(events: AsyncIterable<StixEvent>, options: StixOptions): AsyncGenerator<string> {
  const written: Written = new Set();
  yield* inBundle(eventTexts(events, options.version, written), options);
}

async function* eventTexts(
  events: AsyncIterable<StixEvent>,
  version: StixVersion,
  written: Written,
): AsyncGenerator<string> {
  for await (const event of events) yield* writeEvent(event, version, written);
}

/** Writes attributes without their events: objects alone, without a report. */
export async function* writeStix2Attributes(
  batches: AsyncIterable<readonly Json[]>,
  options: StixOptions,
): AsyncGenerator<string> {
  yield* inBundle(attributeTexts(batches, options.version), options);
}

const MISP_CREATED = '2015-09-14T15:40:21.000Z';

async function* attributeTexts(batches: AsyncIterable<readonly Json[]>, version: StixVersion): AsyncGenerator<string> {
  const out = new EventOutput(version, MISP_IDENTITY.id, new Set());
  out.isFlowing = true;
  out.isListed = false;
  let isFirst = true;
  for await (const attributes of batches) {
    for (const attribute of attributes) {
      if (isFirst) writeIdentity(out, { uuid: MISP_IDENTITY.id.slice(-36), name: MISP_IDENTITY.name }, MISP_CREATED);
      isFirst = false;
      writeAttribute(out, attribute);
    }
    yield* out.take();
    yield* out.takeLast();
  }
}

async function* writeEvent(
  { head, attributes, objects }: StixEvent,
  version: StixVersion,
  written: Written,
): AsyncGenerator<string> {
  const out = new EventOutput(version, creatorOf(head).id, written);
  writeCreator(out, head);
  yield* out.take();
  for await (const page of attributes) {
    for (const attribute of page) if (!flag(attribute.deleted)) writeAttribute(out, attribute);
    yield* flow(out);
  }
  const gathered = new ObjectsOfEvent(out);
  for await (const page of objects) {
    for (const object of page) if (!flag(object.deleted)) gathered.add(withoutDeleted(object));
    yield* flow(out);
  }
  gathered.finish();
  writeEventParts(out, head);
  if (out.refs.length === 0) writeEmptyNote(out, head);
  const { before, after } = reportObject(out, head);
  yield* reportText(before, after, out);
  yield* out.take();
  yield* out.takeLast();
}

/** Hands on what is held of a large event; its report comes last then. */
function* flow(out: EventOutput): Generator<string> {
  if (!out.isFull) return;
  out.isFlowing = true;
  yield* out.take();
}

function* reportText(before: Json, after: Json, out: EventOutput): Generator<string> {
  let piece = `${JSON.stringify(before).slice(0, -1)},"object_refs":[`;
  let separator = '';
  for (const id of out.refs) {
    piece += `${separator}"${id}"`;
    separator = ',';
    if (piece.length >= PIECE_LENGTH) {
      yield CONTINUED + piece;
      piece = '';
    }
  }
  yield CONTINUED + piece;
  yield `],${JSON.stringify(after).slice(1)}`;
}

/** Marks a text that goes on with the next one. */
const CONTINUED = '\0';

async function* inBundle(texts: AsyncIterable<string>, { version, bundleUuid }: StixOptions): AsyncGenerator<string> {
  const id = `bundle--${(bundleUuid ?? randomUUID()).toLowerCase()}`;
  const spec = version === '2.0' ? '"spec_version":"2.0",' : '';
  let piece = `{"type":"bundle","id":"${id}",${spec}"objects":[`;
  let separator = '';
  for await (const text of texts) {
    if (text.startsWith(CONTINUED)) {
      piece += separator + text.slice(1);
      separator = '';
    } else {
      piece += separator + text;
      separator = BETWEEN;
    }
    if (piece.length >= PIECE_LENGTH) {
      yield piece;
      piece = '';
    }
  }
  yield `${piece}]}\n`;
}

/** What was deleted of an object is no more to be looked for. */
function withoutDeleted(object: Json): Json {
  const members = objects(object, 'Attribute');
  const live = members.filter(({ deleted }) => !flag(deleted));
  return live.length === members.length ? object : { ...object, Attribute: live };
}
