import { timingSafeEqual } from 'node:crypto';
import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, Forbidden } from '../../../errors.ts';
import { readBoolean } from '../../../http/lenient.ts';
import type { IndexParameters } from './index-parameters.ts';
import { readNumber, readWhere } from './list-events.ts';
import { type IndexRow, indexRowsSql, minimalWire } from './rows.ts';

const LONGEST_PAGE = 10_000;
const PURPOSE = 'cursors of events/index';

/** A page of the minimal index for peers that pull (MISP's event_index_cursor_v1). */
export interface SyncPage {
  readonly events: Record<string, unknown>[];
  readonly pagination: {
    readonly version: 1;
    readonly limit: number;
    /** The last id that was looked at. */
    readonly after: number;
    /** The greatest id there was when the reading began. */
    readonly upper_bound: number;
    readonly has_more: boolean;
    readonly next_cursor: string | null;
  };
}

interface Place {
  readonly after: number;
  readonly upper: number;
}

/** True when the index is asked for by cursor. */
export function wantsSyncPage(parameters: IndexParameters): boolean {
  return readBoolean(parameters.get('sync_cursor')) === true;
}

/**
 * One page by id: its cost does not grow with its depth, and nothing is counted. Cursors are signed and belong to their
 * user and filters; they say where to go on and open nothing. Throws `Forbidden` without perm_sync, `BadRequest` for
 * full rows and for cursors that are not ours.
 */
export async function syncPage(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  parameters: IndexParameters,
): Promise<SyncPage> {
  if (!can(viewer, 'perm_sync')) throw new Forbidden('sync_cursor is for synchronisation accounts.');
  if (readBoolean(parameters.get('minimal')) !== true) throw new BadRequest('sync_cursor needs minimal.');
  const limit = readNumber(parameters, 'limit') ?? LONGEST_PAGE;
  if (limit < 1) throw new BadRequest('limit takes a number above 0.');
  const rowsAtMost = Math.min(limit, LONGEST_PAGE);
  const { where, binding } = await readWhere(tx, viewer, parameters, magpie.now());
  const scope = scopeOf(viewer, parameters);
  const sent = parameters.get('cursor');
  const place =
    sent === undefined || sent === null || sent === ''
      ? { after: 0, upper: await greatestId(tx, where, binding.values) }
      : await readPlace(magpie, scope, sent);
  const ids = `select e.id, e.id as k from visible_events e where ${where} and e.id > ${binding.bind(place.after, 'bigint')}
    and e.id <= ${binding.bind(place.upper, 'bigint')} order by e.id limit ${binding.bind(rowsAtMost + 1, 'bigint')}`;
  const found = await tx.query<IndexRow>(indexRowsSql(ids, 'asc'), binding.values);
  const rows = found.slice(0, rowsAtMost);
  const after = rows.at(-1)?.id ?? place.after;
  const hasMore = found.length > rowsAtMost;
  return {
    events: rows.map(minimalWire),
    pagination: {
      version: 1,
      limit: rowsAtMost,
      after,
      upper_bound: place.upper,
      has_more: hasMore,
      next_cursor: hasMore ? await writePlace(magpie, scope, { after, upper: place.upper }) : null,
    },
  };
}

async function greatestId(
  tx: Transaction,
  where: string,
  values: Parameters<Transaction['first']>[1],
): Promise<number> {
  const row = await tx.first<{ id: number }>(
    `select e.id from visible_events e where ${where} order by e.id desc limit 1`,
    values,
  );
  return row?.id ?? 0;
}

/** Who reads what: the filters in one order, without what changes from page to page. */
function scopeOf(viewer: Viewer, parameters: IndexParameters): string {
  const filters = [...parameters].filter(
    ([name]) => !['cursor', 'limit', 'page', 'sort', 'direction', 'order'].includes(name),
  );
  return JSON.stringify([viewer.userId, filters.sort(([a], [b]) => (a < b ? -1 : 1)).map(([n, v]) => [n, textOf(v)])]);
}

// The same filter comes as a number in a body and as a text in a path.
function textOf(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(Number(value)) : value;
}

async function writePlace({ secrets }: Magpie, scope: string, { after, upper }: Place): Promise<string> {
  const text = `${after}.${upper}`;
  return `${text}.${(await secrets.sign(PURPOSE, `${text} ${scope}`)).toString('base64url')}`;
}

async function readPlace(magpie: Magpie, scope: string, sent: unknown): Promise<Place> {
  const parts = typeof sent === 'string' ? /^(\d{1,15})\.(\d{1,15})\.[\w-]{43}$/.exec(sent) : null;
  if (parts === null) throw new BadRequest('The cursor is not valid.');
  const place = { after: Number(parts[1]), upper: Number(parts[2]) };
  const right = Buffer.from(await writePlace(magpie, scope, place));
  const given = Buffer.from(String(sent));
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    throw new BadRequest('The cursor is not valid for this request.');
  }
  return place;
}
