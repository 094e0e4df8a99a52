import { readAttribute, readUuid } from '@magpie/model';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { valueDigest } from '../../intelligence/attributes/value-digest.ts';
import type { WriteContext } from '../../intelligence/events/write-context.ts';

interface StoredMember {
  uuid: string;
  name: string;
  object_relation: string | null;
  type: string;
  value1: string;
  value2: string;
}

/**
 * Objects that the event has already: by place in the list, the uuid of the stored object with the same name and the
 * same attribute values. Candidates come from the indexed values of the first attributes, in one statement.
 */
export async function findEqualObjects(
  context: WriteContext,
  objects: readonly JsonObject[],
): Promise<Map<number, string>> {
  const wanted = objects.map((object) => membersOf(context, object));
  const digests = [...new Set(wanted.flatMap(([first]) => (first ? [valueDigest(first.value1)] : [])))];
  if (digests.length === 0) return new Map();
  const rows = await context.tx.query<StoredMember>(
    `select o.uuid, o.name, a.object_relation, a.type, a.value1, a.value2
     from visible_objects o join visible_attributes a on a.object_id = o.id and a.event_id = o.event_id
     where o.event_id = $1 and not o.deleted and not a.deleted and o.id in (
       select object_id from visible_attributes
       where h1 = any ($2::bigint[]) and event_id = $1 and object_id <> 0 and not deleted)`,
    [context.event.id, digests],
  );
  const stored = new Map<string, StoredMember[]>();
  for (const row of rows) {
    const members = stored.get(row.uuid);
    if (members) members.push(row);
    else stored.set(row.uuid, [row]);
  }
  const byPrint = new Map([...stored].map(([uuid, members]) => [fingerprint(members[0]?.name ?? '', members), uuid]));
  const equal = new Map<number, string>();
  for (const [index, members] of wanted.entries()) {
    const uuid = members.length === 0 ? undefined : byPrint.get(fingerprint(String(objects[index]?.name), members));
    if (uuid !== undefined) equal.set(index, uuid);
  }
  return equal;
}

type Member = Pick<StoredMember, 'object_relation' | 'type' | 'value1' | 'value2'>;

/** The attributes of an object body as they would be stored; what would be refused is left out. */
function membersOf(context: WriteContext, object: JsonObject): Member[] {
  const list = Array.isArray(object.Attribute) ? object.Attribute.filter(isObject) : [];
  return list.flatMap((body) => {
    const read = readAttribute(body, { defaultDistribution: 5, inObject: true, now: context.now });
    if (!read.ok) return [];
    const { objectRelation, type, value1, value2 } = read.attribute;
    return { object_relation: objectRelation, type, value1, value2 };
  });
}

function fingerprint(name: string, members: readonly Member[]): string {
  const lines = members.map((m) => JSON.stringify([m.object_relation, m.type, m.value1, m.value2])).sort();
  return JSON.stringify([name, ...new Set(lines)]);
}

/** The uuids that bodies carry. */
export function uuidsOf(bodies: readonly unknown[]): string[] {
  return bodies.flatMap((body) => (isObject(body) ? (readUuid(body.uuid) ?? []) : []));
}
