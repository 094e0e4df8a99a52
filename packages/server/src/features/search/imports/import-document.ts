import { parseStixText } from '@magpie/formats';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { isStix, readStixDocument, rejectionsOf } from '../stix-import/read-document.ts';
import { type ImportedEvent, importEvent } from './import-event.ts';
import { eventsIn } from './misp-document.ts';

/** Parses a file of either kind. Throws `StixRefused` where it is no JSON, or nests deeper than anything real. */
export function parseDocument(text: string): unknown {
  return parseStixText(text);
}

/**
 * Stores the events of a document: MISP's JSON or a STIX document, which is one event. Throws `BadRequest` or `Invalid`
 * when it is neither.
 */
export async function importDocument(
  magpie: Magpie,
  viewer: Viewer,
  document: unknown,
  options: { galaxiesAsTags?: boolean; adapt?: (event: JsonObject) => JsonObject } = {},
): Promise<ImportedEvent[]> {
  if (isStix(document)) {
    const reading = await readStixDocument(magpie, viewer, document, {
      galaxiesAsTags: options.galaxiesAsTags ?? true,
    });
    const imported = await importEvent(magpie, viewer, options.adapt?.(reading.event) ?? reading.event);
    return [{ ...imported, rejected: [...rejectionsOf(reading), ...imported.rejected] }];
  }
  const imported: ImportedEvent[] = [];
  for (const event of eventsIn(document)) imported.push(await importEvent(magpie, viewer, event));
  return imported;
}
