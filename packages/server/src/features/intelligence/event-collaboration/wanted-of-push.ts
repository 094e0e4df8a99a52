import { readUuid } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { isObject, readInteger } from '../../../http/lenient.ts';

const MOST_EVENTS = 100_000;

interface Offered {
  readonly uuid: string;
  readonly timestamp: number;
}

/**
 * The uuids of offered events that a push may bring, in the order of the list: unknown ones, and newer versions of
 * events that came from another instance. As in MISP it is not asked whether the peer sees an event that is here: one
 * that it does not see would be refused when it is sent, which tells as much.
 */
export async function eventsWantedOfPush(magpie: Magpie, body: unknown): Promise<string[]> {
  const offered = readOffered(body);
  if (offered.length === 0) return [];
  const rows = await magpie.database.aside('events that a peer offers', (tx) =>
    tx.query<{ uuid: string; timestamp: number; locked: boolean }>(
      'select uuid, timestamp, locked from events where uuid = any ($1::uuid[])',
      [offered.map(({ uuid }) => uuid)],
    ),
  );
  const here = new Map(rows.map((row) => [row.uuid, row]));
  return offered.flatMap(({ uuid, timestamp }) => {
    const known = here.get(uuid);
    return known === undefined || (known.locked && known.timestamp < timestamp) ? [uuid] : [];
  });
}

function readOffered(body: unknown): Offered[] {
  if (!Array.isArray(body)) return [];
  if (body.length > MOST_EVENTS) throw new BadRequest(`At most ${MOST_EVENTS} events at once.`);
  return body.flatMap((item: unknown) => {
    const event = isObject(item) && isObject(item.Event) ? item.Event : item;
    const uuid = isObject(event) ? readUuid(event.uuid) : null;
    if (uuid === null || !isObject(event)) return [];
    return [{ uuid, timestamp: readInteger(event.timestamp) ?? 0 }];
  });
}
