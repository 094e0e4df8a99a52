import type { Transaction } from '../../../database/transaction.ts';
import { loadHeaders } from '../events/load.ts';
import type { EventHeader } from '../events/wire.ts';

/** The visible events that extend each event, by the id of the extended one, oldest first. */
export type Extensions = ReadonlyMap<number, readonly EventHeader[]>;

/** For reads that do not ask for extensions. */
export const NO_EXTENSIONS: Extensions = new Map();

/** Extensions of events. Two indexed statements however many events; what the viewer may not see is missing. */
export async function loadExtensions(
  tx: Transaction,
  headers: readonly Pick<EventHeader, 'id' | 'uuid'>[],
): Promise<Extensions> {
  const idOf = new Map(headers.map((header) => [header.uuid, header.id]));
  const links = await tx.query<{ id: number }>(
    'select id from visible_events where extends_uuid = any ($1::uuid[]) order by id',
    [[...idOf.keys()]],
  );
  const extensions = new Map<number, EventHeader[]>();
  if (links.length === 0) return extensions;
  for (const extension of await loadHeaders(
    tx,
    links.map((link) => link.id),
  )) {
    const extended = idOf.get(extension.extends_uuid ?? '');
    // An event that names itself extends nothing.
    if (extended === undefined || extended === extension.id) continue;
    const list = extensions.get(extended);
    if (list) list.push(extension);
    else extensions.set(extended, [extension]);
  }
  return extensions;
}

/** `extensionEvents` of the extended view: what was merged in, by id. */
export function extensionEventsWire(extensions: readonly EventHeader[]): Record<string, unknown> {
  return Object.fromEntries(
    extensions.map((event) => [
      String(event.id),
      {
        id: String(event.id),
        info: event.info,
        orgc_id: String(event.orgc_id),
        user_id: String(event.user_id),
        Orgc: orgcWire(event),
      },
    ]),
  );
}

/** `ExtendedBy`: a short form of the events that extend one. */
export function extendedByWire(extensions: readonly EventHeader[]): Record<string, unknown>[] {
  return extensions.map((event) => ({
    id: String(event.id),
    uuid: event.uuid,
    info: event.info,
    orgc_id: String(event.orgc_id),
    Orgc: orgcWire(event),
  }));
}

function orgcWire(event: EventHeader): Record<string, unknown> {
  return { id: String(event.orgc_id), name: event.orgc_name, uuid: event.orgc_uuid };
}
