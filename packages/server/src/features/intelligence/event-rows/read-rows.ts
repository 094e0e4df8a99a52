import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { loadExtensions } from '../event-extensions/extensions.ts';
import { type Assembly, assembleAttributes, assembleObjects } from '../events/assemble.ts';
import { deletedModeFor, type ReadEventOptions } from '../events/read-options.ts';
import { findEvent } from '../events/rights.ts';
import type { AttributeRow, ObjectRow } from '../events/rows.ts';
import { type RowConditions, type RowFilter, readRowFilter, rowConditions } from './row-conditions.ts';

type Wire = Record<string, unknown>;

/** A page of an event's rows, as the event page shows them. */
export interface EventRowPage {
  /** Objects, each followed by its attributes (`parentObjectId`), then attributes outside objects; newest first. */
  readonly rows: readonly Wire[];
  /** How many rows there are in all; only on the first page. */
  readonly total: number | null;
  /** What to send for the next page; null on the last. */
  readonly nextCursor: string | null;
}

/** Most of a page: objects, with which their attributes come, or attributes outside objects. */
interface PageSize {
  readonly objects: number;
  readonly attributes: number;
}

/** A screenful or two, so that it is there at once ... */
const FIRST_PAGE: PageSize = { objects: 50, attributes: 300 };
/** ... and what those who scroll on are after. */
const NEXT_PAGE: PageSize = { objects: 300, attributes: 2000 };

/** Where a page begins: behind an object or attribute of this id. */
interface Cursor {
  readonly kind: 'object' | 'attribute';
  readonly before: number;
}

const START: Cursor = { kind: 'object', before: Number.MAX_SAFE_INTEGER };
const LOOSE: Cursor = { kind: 'attribute', before: Number.MAX_SAFE_INTEGER };

// What MISP's event view shows of elements, but for the files themselves.
const SHOWN: ReadEventOptions = { analystData: true, warnings: 'show', attachments: false };

/**
 * A page of the rows of an event, by the filters of the event page. Costs what the page shows, and on the first page a
 * count over the event. Throws `NotFound` for an event that the viewer does not see, `BadRequest` for a filter.
 */
export async function readEventRows(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | undefined,
  query: URLSearchParams,
): Promise<EventRowPage> {
  const cursor = readCursor(query.get('cursor') ?? '');
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, idOrUuid);
    if (event === null) throw new NotFound('Invalid event');
    const filter = readRowFilter(query, viewer, event, magpie.settings.get('MISP.event_view_filter_fields'));
    const extensions = filter.extended ? ((await loadExtensions(tx, [event])).get(event.id) ?? []) : [];
    // Deleted elements of an extension are for its owner, whoever owns the event that it extends.
    const deleted = extensions.some((one) => deletedModeFor(viewer, one, filter.deleted) !== filter.deleted)
      ? 'live'
      : filter.deleted;
    const allowed: RowFilter = { ...filter, deleted };
    const conditions = rowConditions([event.id, ...extensions.map(({ id }) => id)], allowed);
    const assembly = { magpie, tx, options: SHOWN };
    const isFirst = cursor === START;
    const asked: Asked = { conditions, filter: allowed, size: isFirst ? FIRST_PAGE : NEXT_PAGE };
    const total = isFirst ? await countRows(tx, conditions) : null;
    if (cursor.kind === 'attribute') return { ...(await attributePage(assembly, asked, cursor)), total };
    const objects = await objectPage(assembly, asked, cursor.before);
    if (objects.nextCursor !== null) return { ...objects, total };
    const loose = await attributePage(assembly, asked, LOOSE);
    return { rows: [...objects.rows, ...loose.rows], nextCursor: loose.nextCursor, total };
  });
}

function readCursor(text: string): Cursor {
  if (text === '') return START;
  const [, letter, digits] = /^([oa])([1-9]\d{0,15})$/.exec(text) ?? [];
  if (letter === undefined) throw new BadRequest('cursor: expected the nextCursor of the page before.');
  return { kind: letter === 'o' ? 'object' : 'attribute', before: Number(digits) };
}

type Page = Omit<EventRowPage, 'total'>;

interface Asked {
  readonly conditions: RowConditions;
  readonly filter: RowFilter;
  readonly size: PageSize;
}

async function objectPage(assembly: Assembly, { conditions, filter, size }: Asked, before: number): Promise<Page> {
  const { tx } = assembly;
  const at = conditions.values.length + 1;
  const objects = await tx.prepared<ObjectRow & { whole: boolean }>(
    `select o.*, (${conditions.object}) as whole from visible_objects o
     where o.${conditions.inEvents} and o.id < $${at} and ((${conditions.object})
       or exists (select from visible_attributes a where a.object_id = o.id and ${conditions.attribute}))
     order by o.id desc limit ${size.objects + 1}`,
    [...conditions.values, before],
  );
  const shown = objects.slice(0, size.objects);
  const members = await membersOf(tx, conditions, filter, shown);
  const wires = await assembleObjects(assembly, shown, members, filter.deleted === 'only' ? 'both' : filter.deleted);
  const rows = wires.flatMap(({ Attribute: attributes, ...object }) => [
    { kind: 'object', ...object },
    ...(Array.isArray(attributes) ? attributes : []).map((attribute: Wire) => ({
      kind: 'attribute',
      parentObjectId: object.id,
      ...attribute,
    })),
  ]);
  const last = shown.at(-1)?.id ?? 0;
  return { rows, nextCursor: objects.length > size.objects ? `o${last}` : null };
}

/** Attributes of the objects: all of those that are shown for themselves, of others those that meet the filter. */
async function membersOf(
  tx: Transaction,
  conditions: RowConditions,
  filter: RowFilter,
  objects: readonly { id: number; whole: boolean }[],
): Promise<AttributeRow[]> {
  const at = conditions.values.length + 1;
  const whole = objects.filter((object) => object.whole).map((object) => object.id);
  const others = objects.filter((object) => !object.whole).map((object) => object.id);
  const live = filter.deleted === 'live' ? 'and not a.deleted' : '';
  return tx.prepared<AttributeRow>(
    `select a.* from visible_attributes a
     where a.${conditions.inEvents} and ((a.object_id = any ($${at}::bigint[]) ${live})
       or (a.object_id = any ($${at + 1}::bigint[]) and ${conditions.attribute}))
     order by a.id`,
    [...conditions.values, whole, others],
  );
}

async function attributePage(assembly: Assembly, { conditions, size }: Asked, { before }: Cursor): Promise<Page> {
  const at = conditions.values.length + 1;
  const found = await assembly.tx.prepared<AttributeRow>(
    `select a.* from visible_attributes a where ${conditions.attribute} and a.object_id = 0 and a.id < $${at}
     order by a.id desc limit ${size.attributes + 1}`,
    [...conditions.values, before],
  );
  const shown = found.slice(0, size.attributes);
  const wires = await assembleAttributes(assembly, shown);
  return {
    rows: wires.map((attribute) => ({ kind: 'attribute', parentObjectId: null, ...attribute })),
    nextCursor: found.length > size.attributes ? `a${shown.at(-1)?.id ?? 0}` : null,
  };
}

/** Objects that are shown, and attributes that meet the filter; those that come with their whole object not counted. */
async function countRows(tx: Transaction, conditions: RowConditions): Promise<number> {
  const row = await tx.first<{ n: number }>(
    `select (select count(*) from visible_attributes a where ${conditions.attribute})
       + (select count(*) from visible_objects o where o.${conditions.inEvents} and ((${conditions.object})
         or exists (select from visible_attributes a where a.object_id = o.id and ${conditions.attribute}))) as n`,
    conditions.values,
  );
  return row?.n ?? 0;
}
