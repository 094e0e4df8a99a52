import type { Viewer } from '@magpie/server/access/viewer.ts';
import type { Magpie } from '@magpie/server/context.ts';
import { Conflict, Invalid } from '@magpie/server/errors.ts';
import { addEvent, editEvent } from '@magpie/server/features/intelligence/events/service.ts';
import type { JsonObject } from '@magpie/server/http/lenient.ts';

/** What became of one event. */
export type ImportedEvent = Readonly<{
  outcome: 'added' | 'updated' | 'unchanged';
  /** Parts that break a rule, with the place and the reason. */
  rejected: readonly { path: string; reason: unknown }[];
}>;

/**
 * Stores an event as it would be added through the API; one that is known already is updated when the file's is newer.
 *
 * Throws a `MagpieError` when the event as a whole is not acceptable.
 */
export async function importEvent(magpie: Magpie, viewer: Viewer, event: JsonObject): Promise<ImportedEvent> {
  try {
    const { rejected } = await addEvent(magpie, viewer, event, { keepCreator: true });
    return { outcome: 'added', rejected };
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
  try {
    const { rejected } = await editEvent(magpie, viewer, undefined, event);
    return { outcome: 'updated', rejected };
  } catch (error) {
    if (error instanceof Invalid && typeof error.fields === 'string' && error.fields.includes('not newer')) {
      return { outcome: 'unchanged', rejected: [] };
    }
    throw error;
  }
}
