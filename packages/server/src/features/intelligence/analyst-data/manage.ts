import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound, Refused } from '../../../errors.ts';
import { type JsonObject, readId } from '../../../http/lenient.ts';
import { createGroupResolver } from '../events/write-context.ts';
import { captureAnalystData, takeFrom } from './capture.ts';
import { nestedAnalystData } from './nested.ts';
import { deleteAnalystRow, findAnalystRow } from './queries.ts';
import { type AnalystKind, type AnalystRow, readKind } from './rows.ts';
import {
  type AnalystWrite,
  analystChange,
  logged,
  planChange,
  planEntry,
  storeChange,
  storeNew,
  titleOf,
} from './store.ts';
import { analystWires, canEditAnalystData, withShortOrganisations } from './wire.ts';

type Wire = Record<string, unknown>;

/** The kind of a path; null stands for `all`. Throws `Refused` for anything else. */
export function kindOf(text: string | undefined): AnalystKind | null {
  const kind = readKind(text);
  if (kind === null && text?.toLowerCase() !== 'all') throw new Refused('Invalid type.');
  return kind;
}

/** Adds an entry about anything that has a uuid, here or elsewhere. Throws `Refused` for an unknown kind, `Invalid`. */
export async function addAnalystData(
  magpie: Magpie,
  viewer: Viewer,
  path: { kind: string | undefined; objectUuid: string | undefined; objectType: string | undefined },
  body: JsonObject,
): Promise<Wire> {
  const kind = readKind(path.kind);
  if (kind === null) throw new Refused('Invalid type.');
  return magpie.database.as(viewer, async (tx) => {
    const write = openWrite(magpie, tx, viewer);
    const { objectUuid, objectType } = path;
    const planned = await planEntry(write, { kind, body, objectUuid, objectType, path: kind });
    if ('refusal' in planned) throw refused('add', kind, planned.refusal);
    const [row] = await storeNew(tx, [planned.row]);
    if (row === undefined) throw refused('add', kind, { uuid: ['The UUID provided is not unique'] });
    await captureAnalystData(write, takeFrom(body, kind, '', row.uuid));
    // What a peer brings for others may be out of his own sight.
    const [wire] = await tx.elevated('the entry just written', () => analystWires(magpie, tx, viewer, [row]));
    return { [kind]: wire };
  });
}

/** Changes an entry of the own organisation; new answers nested in the body are added. Throws `NotFound`, `Refused`. */
export function editAnalystData(
  magpie: Magpie,
  viewer: Viewer,
  path: { kind: string | undefined; key: string | undefined },
  body: JsonObject,
): Promise<Wire> {
  return magpie.database.as(viewer, async (tx) => {
    const before = await existing(tx, path, { lock: true });
    if (!canEditAnalystData(viewer, before)) throw new Refused('You are not authorised to do that.');
    const write = openWrite(magpie, tx, viewer);
    const planned = await planChange(write, before, body);
    if ('refusal' in planned) throw refused('edit', before.kind, planned.refusal);
    await storeChange(tx, before, planned.row);
    await captureAnalystData(write, takeFrom(body, before.kind, '', before.uuid));
    const [wire] = await tx.elevated('the entry just written', () => analystWires(magpie, tx, viewer, [planned.row]));
    return { [before.kind]: wire };
  });
}

/** Deletes an entry; answers to it stay. Its uuid is kept from coming back unless `block` is false. */
export function deleteAnalystData(
  magpie: Magpie,
  viewer: Viewer,
  path: { kind: string | undefined; key: string | undefined },
  options: { block: boolean },
): Promise<AnalystRow> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await existing(tx, path, { lock: true });
    if (!canEditAnalystData(viewer, row)) throw new Refused('You are not authorised to do that.');
    await deleteAnalystRow(tx, row, options.block ? { info: titleOf(row) } : null);
    await recordChanges(tx, [{ ...analystChange('delete', row), before: logged(row) }]);
    return row;
  });
}

/** One entry with the answers to it; `short` leaves out what MISP leaves out of its organisations. Throws `NotFound`. */
export function viewAnalystData(
  magpie: Magpie,
  viewer: Viewer,
  path: { kind: string | undefined; key: string | undefined },
  options: { depth?: number; short?: boolean } = {},
): Promise<{ kind: AnalystKind; wire: Wire }> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await existing(tx, path);
    const [wire = {}] = await analystWires(magpie, tx, viewer, [row]);
    const answers = await nestedAnalystData(magpie, tx, [row.uuid], options);
    const own = options.short ? withShortOrganisations(wire) : wire;
    return { kind: row.kind, wire: { ...own, ...answers.get(row.uuid) } };
  });
}

/** The context of one request's writes. */
export function openWrite(magpie: Magpie, tx: Transaction, viewer: Viewer): AnalystWrite {
  return { magpie, tx, viewer, groups: createGroupResolver(magpie, tx, viewer), now: magpie.now(), rejected: [] };
}

async function existing(
  tx: Transaction,
  { kind: kindText, key }: { kind: string | undefined; key: string | undefined },
  options: { lock?: boolean } = {},
): Promise<AnalystRow> {
  const kind = kindOf(kindText);
  const id = kind === null ? null : readId(key);
  const uuid = readUuid(key);
  const found = id === null && uuid === null ? null : await findAnalystRow(tx, kind, keyOf(id, uuid), options);
  if (found === null) throw new NotFound(`Invalid ${kind ?? 'analyst data'}.`);
  return found;
}

function keyOf(id: number | null, uuid: string | null): { id: number } | { uuid: string } {
  return id === null ? { uuid: uuid ?? '' } : { id };
}

function refused(action: string, kind: AnalystKind, reason: unknown): Invalid {
  const name = `Could not ${action} ${kind}`;
  if (Array.isArray(reason)) return new Invalid(name, reason);
  return new Invalid(name, typeof reason === 'object' && reason !== null ? { ...reason } : String(reason));
}
