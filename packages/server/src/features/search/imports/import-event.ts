import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Conflict, Invalid, MagpieError } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { addEvent, editEvent } from '../../intelligence/events/service.ts';

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
export async function importEvent(magpie: Magpie, viewer: Viewer, event: JsonObject): Promise<ImportedEvent> {
  const label = { info: textOf(event.info), uuid: textOf(event.uuid) };
  try {
    return { ...label, ...(await addOrUpdate(magpie, viewer, event)) };
  } catch (error) {
    if (!(error instanceof MagpieError)) throw error;
    const reason = error instanceof Invalid ? reasonText(error.fields) : error.message;
    return { ...label, id: null, action: 'refused', rejected: [{ path: 'Event', reason }] };
  }
}

async function addOrUpdate(
  magpie: Magpie,
  viewer: Viewer,
  event: JsonObject,
): Promise<Omit<ImportedEvent, 'info' | 'uuid'>> {
  let knownId: number | null = null;
  try {
    const { id, rejected } = await addEvent(magpie, viewer, event, { keepCreator: true });
    return { id, action: 'created', rejected: rejected.map(readable) };
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    knownId = error.existingId;
  }
  try {
    const { id, rejected } = await editEvent(magpie, viewer, undefined, event);
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
