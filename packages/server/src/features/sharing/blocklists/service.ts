import { readUuid } from '@magpie/model';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, NotFound } from '../../../errors.ts';
import { type JsonObject, readKey, readText } from '../../../http/lenient.ts';
import type { BlocklistKind } from './kinds.ts';
import {
  type BlocklistRow,
  countRefusal,
  deleteEntry,
  insertEntries,
  isEventBlocked,
  lockEntry,
  updateEntry,
} from './queries.ts';

const NO_ENTRY = 'Invalid blocklist entry';
const MAX_TEXT = 65_535;

/** Throws `Forbidden` for an event that the instance does not take, with MISP's text. The refusal is counted. */
export async function refuseBlockedEvent(
  magpie: Magpie,
  event: { uuid: string | null; creatorUuid: string },
): Promise<void> {
  const byEvent = magpie.settings.get('MISP.enableEventBlocklisting');
  const byOrganisation = magpie.settings.get('MISP.enableOrgBlocklisting');
  const refusal = await magpie.database.aside('blocklists', async (tx) => {
    if (byEvent && event.uuid !== null && (await isEventBlocked(tx, event.uuid))) return 'event';
    if (!byOrganisation) return null;
    return (await countRefusal(tx, 'org_blocklists', event.creatorUuid, magpie.now())) ? 'organisation' : null;
  });
  if (refusal !== null) throw new Forbidden(`Event blocked by ${refusal} blocklist.`);
}

/** True when sightings of this organisation are not taken; counted with the entry. */
export async function isSightingBlocked(magpie: Magpie, organisationUuid: string): Promise<boolean> {
  if (!magpie.settings.get('MISP.enableSightingBlocklisting')) return false;
  return magpie.database.aside('sighting blocklist', (tx) =>
    countRefusal(tx, 'sighting_blocklists', organisationUuid, magpie.now()),
  );
}

/** Throws `Forbidden` for those who do not manage the list. */
export function requireManager(magpie: Magpie, viewer: Viewer, kind: BlocklistKind): void {
  if (isSiteAdmin(viewer)) return;
  const host = magpie.settings.get('MISP.host_org_id');
  if (kind.forHost && host !== 0 && viewer.organisationId === host) return;
  throw new Forbidden('You do not have permission to use this functionality.');
}

/** Adds entries for the uuids of a list, or of a text with one on each line. Returns which were added and which not. */
export async function addEntries(
  magpie: Magpie,
  viewer: Viewer,
  kind: BlocklistKind,
  body: JsonObject,
): Promise<{ successes: string[]; fails: string[] }> {
  const given = readUuids(body.uuids ?? body[kind.uuidColumn]);
  const columns = ['comment', ...kind.textColumns];
  const texts = columns.map((field) => (readText(body, field) ?? '').slice(0, MAX_TEXT));
  const told = Object.fromEntries(columns.map((column, index) => [column, texts[index] ?? '']));
  const valid = new Map(given.map((text) => [text, readUuid(text)]));
  const wanted = [...new Set([...valid.values()].filter((uuid) => uuid !== null))];
  const added = await magpie.database.asSystem('blocklist', async (tx) => {
    const rows = await insertEntries(tx, kind, wanted, texts);
    await recordChanges(
      tx,
      rows.map(({ id, uuid }) => ({
        ...{ model: kind.model, action: 'add', modelId: id, modelUuid: uuid, title: uuid },
        after: { [kind.uuidColumn]: uuid, ...told },
      })),
      viewer,
    );
    return new Set(rows.map(({ uuid }) => uuid));
  });
  const isAdded = (text: string) => added.has(valid.get(text) ?? '');
  return { successes: given.filter(isAdded), fails: given.filter((text) => !isAdded(text)) };
}

/** Changes the texts of an entry, named by id or uuid. */
export async function editEntry(
  magpie: Magpie,
  viewer: Viewer,
  kind: BlocklistKind,
  which: string | undefined,
  body: JsonObject,
): Promise<BlocklistRow> {
  const values: Record<string, string> = {};
  for (const field of ['comment', ...kind.textColumns]) {
    const text = readText(body, field);
    if (text !== undefined) values[field] = text.slice(0, MAX_TEXT);
  }
  const target = readKey(which);
  return magpie.database.asSystem('blocklist', async (tx) => {
    const before = target === null ? null : await lockEntry(tx, kind, target);
    if (before === null) throw new NotFound(NO_ENTRY);
    const change = difference(before, values);
    if (change === null) return before;
    const row = await updateEntry(tx, kind, before.id, values);
    const title = String(row[kind.uuidColumn]);
    await recordChanges(tx, [{ model: kind.model, action: 'edit', modelId: row.id, title, ...change }], viewer);
    return row;
  });
}

/** Removes an entry, named by id or uuid. */
export async function removeEntry(
  magpie: Magpie,
  viewer: Viewer,
  kind: BlocklistKind,
  which: string | undefined,
): Promise<void> {
  const target = readKey(which);
  await magpie.database.asSystem('blocklist', async (tx) => {
    const row = target === null ? null : await lockEntry(tx, kind, target);
    if (row === null) throw new NotFound(NO_ENTRY);
    await deleteEntry(tx, kind, row.id);
    const title = String(row[kind.uuidColumn]);
    const before = Object.fromEntries(
      [kind.uuidColumn, 'comment', ...kind.textColumns].map((name) => [name, row[name]]),
    );
    await recordChanges(tx, [{ model: kind.model, action: 'delete', modelId: row.id, title, before }], viewer);
  });
}

function readUuids(given: unknown): string[] {
  const sent: unknown = typeof given === 'string' ? given.split(/[\r\n]+/) : given;
  const list: unknown[] = Array.isArray(sent) ? sent : [];
  const texts = list.filter((text) => typeof text === 'string').map((text) => text.trim());
  return [...new Set(texts.filter((text) => text !== ''))];
}
