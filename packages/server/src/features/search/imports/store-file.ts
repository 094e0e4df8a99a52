import { uuid5 } from '@magpie/formats/readers';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Forbidden, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { canEditEvent, findEvent } from '../../intelligence/events/rights.ts';
import { readDetectionLists } from '../free-text/detection-lists.ts';
import { stixLookUp } from '../stix-import/read-document.ts';
import { type ImportControl, type ImportedEvent, importEvent, importInto } from './import-event.ts';
import { readFileApart, type SentFile } from './read-apart.ts';
import type { ReadingOptions } from './reading-task.ts';

/** How a file is to be stored. */
export interface StoreOptions extends ReadingOptions {
  /** An event to add everything to; without one events are made. */
  readonly event?: string;
  readonly distribution?: string;
  readonly sharingGroupId?: string;
  readonly galaxiesAsTags?: boolean;
  /** Uuids of what is added to an event are made anew. */
  readonly regenerateUuids?: boolean;
}

/** What became of a file. */
export interface StoredFile {
  readonly format: string;
  readonly results: readonly ImportedEvent[];
  /** Parts of the file, not of one of its events, that were not taken. */
  readonly notTaken: readonly { readonly path: string; readonly reason: string }[];
  readonly notTakenCount: number;
}

/** Where the storing tells how far it is, and is told to end. */
export interface StoreControl {
  /** Names events that have no uuid: a file that is stored again, after a broken-off try, makes none of them twice. */
  readonly seed?: string;
  readonly signal?: AbortSignal;
  readonly told?: (done: StoredSoFar) => void;
}

/** How far the storing of a file is. */
export interface StoredSoFar {
  readonly events: number;
  /** Attributes dealt with, those of the event under way too. */
  readonly attributes: number;
  /** Of the last event. */
  readonly title: string;
}

const TOLD = 2_000;

/**
 * Stores what a file holds as the viewer: each event in a transaction of its own, or all in one event. Nothing of an
 * event is kept when the signal aborts before it is stored whole. Throws `BadRequest` where nothing of the file can be
 * read, `NotFound` and `Forbidden` for the event to add to.
 */
export async function storeFile(
  magpie: Magpie,
  viewer: Viewer,
  file: SentFile,
  options: StoreOptions,
  control: StoreControl = {},
): Promise<StoredFile> {
  if (options.event !== undefined) await requireEditable(magpie, viewer, options.event);
  const results: ImportedEvent[] = [];
  const notTaken: { path: string; reason: string }[] = [];
  let format = '';
  let notTakenCount = 0;
  let attributes = 0;
  const tell = () => control.told?.({ events: results.length, attributes, title: results.at(-1)?.info ?? '' });
  const onWritten = (count: number) => {
    control.signal?.throwIfAborted();
    attributes += count;
    tell();
  };
  const lookUp = stixLookUp(magpie, viewer, { galaxiesAsTags: options.galaxiesAsTags ?? true });
  const lists = await magpie.database.as(viewer, readDetectionLists);
  const leave = (path: string, reason: string) => {
    notTakenCount += 1;
    if (notTaken.length < TOLD) notTaken.push({ path, reason });
  };
  try {
    for await (const part of readFileApart(file, { ...options, lists }, lookUp)) {
      control.signal?.throwIfAborted();
      if (part.kind === 'format') format = part.format;
      else if (part.kind === 'not taken') leave(part.path, part.reason);
      else if (part.kind === 'event') {
        const event = withUuid(part.event, control.seed, results.length);
        results.push(await storeEvent(magpie, viewer, event, options, { onWritten }));
        tell();
      }
    }
  } catch (error) {
    // What is stored by now stays, and is told: an archive may be broken in its middle.
    if (!(error instanceof BadRequest) || results.length === 0) throw error;
    leave('the rest of the file', error.message);
  }
  return { format, results: results.map(bounded), notTaken, notTakenCount };
}

function storeEvent(
  magpie: Magpie,
  viewer: Viewer,
  event: JsonObject,
  options: StoreOptions,
  control: ImportControl,
): Promise<ImportedEvent> {
  if (options.event === undefined) return importEvent(magpie, viewer, withReach(event, options), control);
  const regenerateUuids = options.regenerateUuids ?? false;
  return importInto(magpie, viewer, options.event, reachInside(event, options), { ...control, regenerateUuids });
}

function withUuid(event: JsonObject, seed: string | undefined, place: number): JsonObject {
  return seed === undefined || event.uuid !== undefined ? event : { ...event, uuid: uuid5(`${seed} ${place}`) };
}

/** The event with the reach that was chosen; without a choice its own. */
function withReach(event: JsonObject, { distribution, sharingGroupId }: StoreOptions): JsonObject {
  if (distribution === undefined) return event;
  const { SharingGroup: _group, ...rest } = event;
  return { ...rest, distribution, sharing_group_id: sharingGroupId ?? '0' };
}

/** What is added to an event inherits its reach, unless another one was chosen. */
function reachInside(event: JsonObject, { distribution, sharingGroupId }: StoreOptions): JsonObject {
  const reach = { distribution: distribution ?? '5', sharing_group_id: sharingGroupId ?? '0' };
  const each = (list: unknown, keep: boolean) =>
    Array.isArray(list)
      ? list.filter(isObject).map((item) => (keep && item.distribution !== undefined ? item : { ...item, ...reach }))
      : [];
  const keep = distribution === undefined;
  return {
    ...event,
    Attribute: each(event.Attribute, keep),
    Object: each(event.Object, keep),
    EventReport: each(event.EventReport, keep),
  };
}

function bounded(imported: ImportedEvent): ImportedEvent {
  const { rejected } = imported;
  if (rejected.length <= TOLD) return imported;
  const more = { path: '', reason: `${rejected.length - TOLD} more parts were not taken.` };
  return { ...imported, rejected: [...rejected.slice(0, TOLD), more] };
}

/** That the viewer may add to an event; said before anything is read: the file may be large. */
export function requireEditable(magpie: Magpie, viewer: Viewer, key: string): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, key);
    if (event === null) throw new NotFound('Invalid event');
    if (!canEditEvent(viewer, event)) throw new Forbidden('You are not authorised to do that.');
  });
}

/** What became of a file, ids as texts. */
export function storedWire(stored: StoredFile): Record<string, unknown> {
  return { ...stored, results: stored.results.map(eventWire) };
}

/** What became of an event, its id as text. */
export function eventWire(imported: ImportedEvent): Record<string, unknown> {
  return { ...imported, id: imported.id === null ? null : String(imported.id) };
}
