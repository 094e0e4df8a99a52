import type { Transaction } from '../../../database/transaction.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { valueDigest } from '../attributes/value-digest.ts';
import type { AttributeRow, ObjectRow } from '../events/rows.ts';

/** What makes two members equal. */
export type ComparedMember = Pick<AttributeRow, 'object_relation' | 'category' | 'type' | 'value1' | 'value2'>;

/**
 * A live object of the event by the same template with the same members, other than `object` itself; null when none.
 * Candidates come from one value's index entries within the event, so the cost follows how often that value occurs.
 */
export async function findDuplicateObject(
  tx: Transaction,
  object: { id: number; eventId: number; templateUuid: string },
  members: readonly ComparedMember[],
): Promise<ObjectRow | null> {
  const [first] = members;
  if (first === undefined) return null;
  const candidates = await tx.query<ObjectRow>(
    `select o.* from visible_objects o where o.id in (
       select a.object_id from visible_attributes a
       where a.h1 = $1 and a.event_id = $2 and a.value1 = $3 and not a.deleted and a.object_id <> 0)
     and o.id <> $4 and o.template_uuid = $5 and not o.deleted order by o.id`,
    [valueDigest(first.value1), object.eventId, first.value1, object.id, object.templateUuid],
  );
  if (candidates.length === 0) return null;
  const rows = await tx.query<AttributeRow>(
    'select * from visible_attributes where object_id = any ($1::bigint[]) and not deleted',
    [candidates.map((candidate) => candidate.id)],
  );
  const wanted = fingerprint(members);
  return (
    candidates.find((candidate) => fingerprint(rows.filter((row) => row.object_id === candidate.id)) === wanted) ?? null
  );
}

/**
 * What two objects of one request have in common when they are the same, as sent; null for one that cannot be compared,
 * since MISP compares categories too and never equals one that was left out.
 */
export function sentFingerprint(body: JsonObject, members: readonly unknown[]): string | null {
  const compared = members.map((member) => {
    const { object_relation, category, type, value } = isObject(member) ? member : {};
    return category === undefined || category === '' ? null : [object_relation, category, type, value];
  });
  if (compared.length === 0 || compared.includes(null)) return null;
  return JSON.stringify([body.template_uuid, compared.map((key) => JSON.stringify(key)).sort()]);
}

function fingerprint(members: readonly ComparedMember[]): string {
  return JSON.stringify(
    members
      .map((member) => [member.object_relation, member.category, member.type, member.value1, member.value2])
      .map((key) => JSON.stringify(key))
      .sort(),
  );
}
