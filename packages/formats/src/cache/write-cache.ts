import { hash } from 'node:crypto';
import { joinValue } from '@magpie/model';
import type { ExportValue } from '../export-attribute.ts';
import { writeItems } from '../pieces.ts';

/** A value and the event it stands in. */
export interface CachedValue extends ExportValue {
  readonly eventUuid: string;
}

/**
 * MD5 of every value, one a line, by which instances compare what they have without telling it; with the event's uuid
 * behind a comma on request. Nothing found is an empty text.
 */
export function writeCache(
  batches: AsyncIterable<readonly CachedValue[]>,
  { eventUuids = false }: { eventUuids?: boolean } = {},
): AsyncGenerator<string> {
  return writeItems(batches, ({ value1, value2, eventUuid }) => {
    const digest = hash('md5', joinValue(value1, value2));
    return eventUuids ? `${digest},${eventUuid}\n` : `${digest}\n`;
  });
}
