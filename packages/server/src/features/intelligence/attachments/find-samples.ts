import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { valueDigest } from '../attributes/value-digest.ts';

/** Which samples are wanted; at least one of hash and event has to be given. */
export interface SampleQuery {
  /** MD5, SHA-1 or SHA-256 in hexadecimal digits, lower case. */
  hash: string | null;
  eventId: number | null;
  /** With a hash: every sample of the events in which it occurs, not just the one it is of. */
  allSamples: boolean;
}

/** A stored sample, its file not read yet. */
export interface FoundSample {
  attribute_id: number;
  event_id: number;
  event_info: string;
  filename: string;
  md5: string;
  sha256: Buffer;
}

/** Live samples that the viewer may see, oldest first. */
export function findSamples(magpie: Magpie, viewer: Viewer, query: SampleQuery): Promise<FoundSample[]> {
  return magpie.database.as(viewer, async (tx) => {
    if (query.hash === null) return query.eventId === null ? [] : samplesOf(tx, { events: [query.eventId] });
    const holders = await findHolders(tx, query.hash, query.eventId);
    if (query.allSamples) return samplesOf(tx, { events: holders.map((holder) => holder.event_id) });
    return samplesOf(tx, {
      attributes: holders.map((holder) => holder.id),
      objects: holders.flatMap((holder) => (holder.object_id === 0 ? [] : [holder.object_id])),
    });
  });
}

/** Attributes that carry the hash in one of their halves. Two index probes. */
function findHolders(
  tx: Transaction,
  hash: string,
  eventId: number | null,
): Promise<{ id: number; event_id: number; object_id: number }[]> {
  const rest = `not deleted and ($3::bigint is null or event_id = $3)
    and type in ('md5', 'sha1', 'sha256', 'malware-sample', 'filename|md5', 'filename|sha1', 'filename|sha256')`;
  return tx.query(
    `select id, event_id, object_id from visible_attributes where h1 = $1 and lower(value1) = $2 and ${rest}
     union select id, event_id, object_id from visible_attributes where h2 = $1 and lower(value2) = $2 and ${rest}`,
    [valueDigest(hash), hash, eventId],
  );
}

function samplesOf(
  tx: Transaction,
  within: { events?: readonly number[]; attributes?: readonly number[]; objects?: readonly number[] },
): Promise<FoundSample[]> {
  return tx.query<FoundSample>(
    `select a.id as attribute_id, a.event_id, e.info as event_info, a.value1 as filename, a.value2 as md5, f.sha256
     from visible_attributes a
       join visible_events e on e.id = a.event_id
       join visible_attachments f on f.attribute_id = a.id
     where a.type = 'malware-sample' and not a.deleted
       and (a.event_id = any ($1::bigint[]) or a.id = any ($2::bigint[]) or a.object_id = any ($3::bigint[]))
     order by a.id`,
    [within.events ?? [], within.attributes ?? [], within.objects ?? []],
  );
}
