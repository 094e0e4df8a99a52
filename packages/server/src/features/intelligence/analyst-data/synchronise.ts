import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid } from '../../../errors.ts';
import { isObject, type JsonObject, readList } from '../../../http/lenient.ts';
import { databaseTime } from '../../administration/database-time.ts';
import { type Merge, mergeKnown } from './capture.ts';
import { readAnalystInput } from './input.ts';
import { openWrite } from './manage.ts';
import { findBlockedUuids, findStoredUuids } from './queries.ts';
import { ANALYST_KINDS, type AnalystKind } from './rows.ts';
import { planEntry, storeNew } from './store.ts';

const BATCH = 2000;

/**
 * `{kind: {uuid: modified}}` of all visible entries as JSON text, batch by batch. `names` restricts to those written
 * by organisations of these names, without those whose name stands behind `!`.
 */
export function minimalIndex(magpie: Magpie, viewer: Viewer, names: unknown): AsyncGenerator<string> {
  const list = (readList(names) ?? []).filter((name) => typeof name === 'string');
  const wanted = list.filter((name) => !name.startsWith('!'));
  const unwanted = list.filter((name) => name.startsWith('!')).map((name) => name.slice(1));
  return magpie.database.stream(viewer, async function* (tx) {
    yield '{';
    for (const [index, kind] of ANALYST_KINDS.entries()) {
      yield `${index === 0 ? '' : ','}"${kind}":{`;
      let separator = '';
      const rows = tx.batches<{ uuid: string; modified: Date }>(
        `select a.uuid, a.modified from visible_analyst_data a join organisations o on o.id = a.orgc_id
         where a.kind = $1 and ($2::text[] = '{}' or o.name = any ($2::text[])) and o.name <> all ($3::text[])
         order by a.id`,
        [kind, wanted, unwanted],
        BATCH,
      );
      for await (const batch of rows) {
        yield separator + batch.map((row) => `"${row.uuid}":"${databaseTime(row.modified)}"`).join(',');
        separator = ',';
      }
      yield '}';
    }
    yield '}';
  });
}

/** Of the entries that a peer offers as `{kind: {uuid: modified}}`, those that are wanted; `[]` where none is. */
export function wantedEntries(magpie: Magpie, viewer: Viewer, offered: JsonObject): Promise<JsonObject> {
  return magpie.database.as(viewer, async (tx) => {
    const answer: JsonObject = {};
    for (const kind of ANALYST_KINDS) {
      const own = isObject(offered[kind]) ? offered[kind] : {};
      const uuids = Object.keys(own).flatMap((uuid) => readUuid(uuid) ?? []);
      const stored = await findStoredUuids(tx, uuids);
      const blocked = await findBlockedUuids(tx, uuids);
      const wanted = Object.entries(own).filter(([text, modified]) => {
        const uuid = readUuid(text);
        if (uuid === null || blocked.has(uuid)) return false;
        const known = stored.get(uuid);
        return known === undefined || (known.locked && isNewer(modified, known.modified));
      });
      answer[kind] = wanted.length === 0 ? [] : Object.fromEntries(wanted);
    }
    return answer;
  });
}

function isNewer(modified: unknown, than: Date): boolean {
  const read = readAnalystInput({ modified });
  return 'input' in read && read.input.modified !== undefined && read.input.modified.getTime() > than.getTime();
}

/** Stores one entry that a peer pushes. Returns what became of it; throws `Invalid` when it cannot be stored. */
export function receiveEntry(
  magpie: Magpie,
  viewer: Viewer,
  kind: AnalystKind,
  body: JsonObject,
): Promise<'added' | Merge> {
  return magpie.database.as(viewer, async (tx) => {
    const write = openWrite(magpie, tx, viewer);
    const draft = { kind, body: { locked: true, ...body }, objectUuid: undefined, objectType: undefined, path: kind };
    const uuid = readUuid(body.uuid);
    if (uuid !== null && (await findBlockedUuids(tx, [uuid])).has(uuid)) return 'kept';
    const before = uuid === null ? undefined : (await findStoredUuids(tx, [uuid])).get(uuid);
    if (before) return mergeKnown(write, draft, before);
    const planned = await planEntry(write, draft);
    if ('refusal' in planned) throw new Invalid('', JSON.stringify(planned.refusal));
    return (await storeNew(tx, [planned.row])).length === 1 ? 'added' : 'kept';
  });
}
