import type { Viewer } from '../../../access/viewer.ts';
import { type Extensions, extendedByWire, extensionEventsWire } from '../event-extensions/extensions.ts';
import { type DeletedMode, deletedModeFor, type ReadEventOptions } from './read-options.ts';
import type { EventHeader } from './wire.ts';

/** An event with those whose content its extended view merges in; alone in every other view. */
export interface Family {
  header: EventHeader;
  members: readonly EventHeader[];
}

/** The event with what the wanted view merges into it. */
export function familyOf(header: EventHeader, extensions: Extensions, options: ReadEventOptions): Family {
  return { header, members: options.extended ? [header, ...(extensions.get(header.id) ?? [])] : [header] };
}

/** Attributes of the whole family. */
export function sizeOf({ members }: Family): number {
  return members.reduce((sum, member) => sum + member.attribute_count, 0);
}

/** Ids of the whole family, the event itself first. */
export const idsOf = ({ members }: Family): number[] => members.map((member) => member.id);

/** Families to read together: as many as make no more than `limit` attributes, or one alone. */
export function* batchesBySize(families: readonly Family[], limit: number): Generator<Family[]> {
  let batch: Family[] = [];
  let size = 0;
  for (const family of families) {
    if (batch.length > 0 && size + sizeOf(family) > limit) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(family);
    size += sizeOf(family);
  }
  if (batch.length > 0) yield batch;
}

/** What the views of extended events say of their extensions. */
export function extensionParts(options: ReadEventOptions, extensions: readonly EventHeader[]): Record<string, unknown> {
  return {
    ...(options.extended && extensions.length > 0 ? { extensionEvents: extensionEventsWire(extensions) } : {}),
    ...(options.extensionList ? { ExtendedBy: extendedByWire(extensions) } : {}),
  };
}

/** The first of each id: merged events share tags and correlations. A tag may stand locally beside globally. */
export function unique<T extends { id: number; local?: boolean }>(items: readonly T[]): T[] {
  const first = new Map<string, T>();
  for (const item of items) {
    const key = `${item.id} ${item.local ?? ''}`;
    if (!first.has(key)) first.set(key, item);
  }
  return [...first.values()];
}

/** The `deleted` mode that the viewer may have for everything that is merged into one view. */
export function modeOf(viewer: Viewer, { members }: Family, wanted: DeletedMode): DeletedMode {
  return members.every((member) => deletedModeFor(viewer, member, wanted) === wanted) ? wanted : 'live';
}
