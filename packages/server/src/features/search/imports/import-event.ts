import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { clashOf } from '../../../database/clash.ts';
import { Conflict, Invalid, MagpieError } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { populateEvent } from '../../intelligence/event-merge/populate.ts';
import { addEvent } from '../../intelligence/events/add.ts';
import { editEvent } from '../../intelligence/events/edit.ts';

/** What became of one event of an import. */
export interface ImportedEvent {
  info: string;
  uuid: string;
  /** Null when it was refused. */
  id: number | null;
  action: 'created' | 'updated' | 'unchanged' | 'refused';
  /** What was not stored, where it stands in the file, and why. */
  rejected: { path: string; reason: string }[];
}

/**
 * Stores an event as it would be added through the API; one that is known already is updated when the copy is newer.
 * Each event is a transaction of its own: one that is refused as a whole is told, and does not stop the others.
 */
export async function importEvent(
  magpie: Magpie,
  viewer: Viewer,
  event: JsonObject,
  control: ImportControl = {},
): Promise<ImportedEvent> {
  const label = { info: textOf(event.info), uuid: textOf(event.uuid) };
  try {
    return { ...label, ...(await tryTwice(() => addOrUpdate(magpie, viewer, event, control))) };
  } catch (error) {
    return { ...label, ...refusal(error) };
  }
}

/** As `importEvent`, but an event that is known already stays as it is (`unchanged`, with its id). */
export async function importNewEvent(magpie: Magpie, viewer: Viewer, event: JsonObject): Promise<ImportedEvent> {
  const label = { info: textOf(event.info), uuid: textOf(event.uuid) };
  try {
    const { id, rejected } = await tryTwice(() =>
      magpie.database.as(viewer, (tx) => addEvent(magpie, tx, viewer, event, { keepCreator: true })),
    );
    return { ...label, id, action: 'created', rejected: rejected.map(readable) };
  } catch (error) {
    if (error instanceof Conflict) return { ...label, id: error.existingId, action: 'unchanged', rejected: [] };
    return { ...label, ...refusal(error) };
  }
}

/** Where an import tells how far it is, and is told to end by an error: what is not stored whole by then is not stored. */
export interface ImportControl {
  /** Told how many attributes were dealt with since the last time. */
  readonly onWritten?: (count: number) => void;
}

/** Adds what an event body holds to an event that is there. Refusals are told as above. */
export async function importInto(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string,
  body: JsonObject,
  options: ImportControl & { regenerateUuids: boolean },
): Promise<ImportedEvent> {
  const label = { info: textOf(body.info), uuid: '' };
  try {
    const { id, rejected } = await tryTwice(() => populateEvent(magpie, viewer, eventKey, body, options));
    return { ...label, id, action: 'updated', rejected: rejected.map(readable) };
  } catch (error) {
    return { ...label, ...refusal(error) };
  }
}

/** Once more where another writer came in between. */
async function tryTwice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (clashOf(error) === null) throw error;
    return await work();
  }
}

function refusal(error: unknown): Pick<ImportedEvent, 'id' | 'action' | 'rejected'> {
  if (clashOf(error) !== null) {
    const reason = 'Another request stored or changed the same at this moment.';
    return { id: null, action: 'refused', rejected: [{ path: 'Event', reason }] };
  }
  if (!(error instanceof MagpieError)) throw error;
  const reason = error instanceof Invalid ? reasonText(error.fields) : error.message;
  return { id: null, action: 'refused', rejected: [{ path: 'Event', reason }] };
}

async function addOrUpdate(
  magpie: Magpie,
  viewer: Viewer,
  event: JsonObject,
  { onWritten }: ImportControl,
): Promise<Omit<ImportedEvent, 'info' | 'uuid'>> {
  let knownId: number | null = null;
  try {
    const { id, rejected } = await magpie.database.as(viewer, async (tx) => {
      const added = await addEvent(magpie, tx, viewer, event, { keepCreator: true, onWritten });
      onWritten?.(0);
      return added;
    });
    return { id, action: 'created', rejected: rejected.map(readable) };
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    knownId = error.existingId;
  }
  try {
    const { id, rejected } = await magpie.database.as(viewer, async (tx) => {
      const edited = await editEvent(magpie, tx, viewer, undefined, event, { onWritten });
      onWritten?.(0);
      return edited;
    });
    return { id, action: 'updated', rejected: rejected.map(readable) };
  } catch (error) {
    if (!(error instanceof Invalid) || !reasonText(error.fields).includes('not newer')) throw error;
    return { id: knownId, action: 'unchanged', rejected: [] };
  }
}

function readable({ path, reason }: { path: string; reason: unknown }): { path: string; reason: string } {
  return { path, reason: reasonText(reason) };
}

/** Field messages as one line: `value: Value cannot be empty.` */
function reasonText(reason: unknown): string {
  if (typeof reason === 'string') return reason;
  if (Array.isArray(reason)) return reason.map(reasonText).join(' ');
  if (typeof reason !== 'object' || reason === null) return String(reason);
  return Object.entries(reason)
    .map(([field, message]) => `${field}: ${reasonText(message)}`)
    .join('; ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
