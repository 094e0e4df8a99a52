import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { readId, readInteger, readList } from '../../../http/lenient.ts';
import { findAttribute } from '../attributes/find-attribute.ts';
import { findEvent } from '../events/rights.ts';
import { countPerDay, findOrganisationId, listSightings, newestSightings } from './queries.ts';
import { findSightingByText, INVALID_SIGHTING } from './remove.ts';
import { sightOf } from './sight.ts';
import { sightingWires } from './wire.ts';

type Wire = Record<string, unknown>;

const PAGE = 1000;
const MOST_COUNTED = 1_000_000_000;
/** Newest sightings that listSightings tells. */
const MOST_LISTED = 10_000;

/** One sighting. Throws `NotFound`. */
export function getSighting(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<Wire> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await findSightingByText(tx, key);
    if (row === null) throw new NotFound(INVALID_SIGHTING);
    return sightingWires(magpie, viewer).nested(row);
  });
}

/** A page of a list; null: all of it. */
export type SightingPage = { readonly limit: number; readonly offset: number } | null;

/** Reads `limit` and `page`, which counts only with a limit. Throws `BadRequest` for what is no number. */
export function readPageOf(read: (name: string) => unknown): SightingPage {
  const [limit, page] = ['limit', 'page'].map((name) => {
    const value = read(name);
    if (value === undefined || value === null || value === '') return 0;
    const number = readInteger(value);
    if (number === null) throw new BadRequest(`${name} takes a whole number.`);
    return Math.min(number, MOST_COUNTED);
  });
  return !limit || limit < 0 ? null : { limit, offset: (Math.max(1, page ?? 1) - 1) * limit };
}

/**
 * The sightings of an event, or all, as a JSON list read page by page: memory is bounded by the page. Throws
 * `NotFound` for an unknown event before the first piece.
 */
export async function* sightingIndex(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  organisation: unknown,
  page: SightingPage,
): AsyncGenerator<string> {
  const wires = sightingWires(magpie, viewer);
  let separator = '[';
  let left = page?.limit ?? Number.POSITIVE_INFINITY;
  let offset = page?.offset ?? 0;
  let afterId: number | null = 0;
  while (afterId !== null) {
    const behind: number = afterId;
    const limit = Math.min(PAGE, left);
    const rows = await magpie.database.as(viewer, async (tx) => {
      const event = eventKey === undefined ? null : await findEvent(tx, eventKey);
      if (eventKey !== undefined && event === null) throw new NotFound('Invalid event');
      const filter = { eventId: event?.id ?? null, organisationId: await readOrganisation(tx, organisation) };
      return listSightings(tx, filter, { afterId: behind, limit, offset }, sightOf(magpie, viewer));
    });
    offset = 0;
    left -= rows.length;
    if (rows.length > 0) yield separator + rows.map((row) => JSON.stringify(wires.nested(row))).join(',');
    if (rows.length > 0) separator = ',';
    afterId = rows.length < limit || left <= 0 ? null : (rows.at(-1)?.id ?? null);
  }
  yield separator === '[' ? '[]' : ']';
}

/** Sightings of events or attributes, newest first. Throws `NotFound` when one of them is not visible. */
export function listOfContext(
  magpie: Magpie,
  viewer: Viewer,
  context: 'event' | 'attribute',
  keys: unknown,
  organisation: unknown,
): Promise<Wire[]> {
  return magpie.database.as(viewer, async (tx) => {
    const ids: number[] = [];
    for (const key of readList(keys) ?? []) ids.push(await contextId(tx, context, key));
    if (ids.length === 0) throw new BadRequest('The id of an event or attribute has to be given.');
    const organisationId = await readOrganisation(tx, organisation);
    const rows = await newestSightings(tx, context, ids, organisationId, MOST_LISTED);
    const wires = sightingWires(magpie, viewer);
    return rows.map((row) => wires.listed(row));
  });
}

/**
 * Sightings of an event or attribute per day and type within the days of `Plugin.Sightings_range`. Throws `NotFound`.
 */
export function sightingsPerDay(
  magpie: Magpie,
  viewer: Viewer,
  context: 'event' | 'attribute',
  key: unknown,
): Promise<{ date: string; type: string; count: string }[]> {
  return magpie.database.as(viewer, async (tx) => {
    const id = await contextId(tx, context, key);
    const since = magpie.now() - magpie.settings.get('Plugin.Sightings_range') * 86_400;
    const days = await countPerDay(tx, context, id, since);
    return days.map(({ day, type, count }) => ({ date: day, type: String(type), count: String(count) }));
  });
}

async function contextId(tx: Transaction, context: 'event' | 'attribute', key: unknown): Promise<number> {
  const text = typeof key === 'string' || typeof key === 'number' ? String(key) : undefined;
  if (context === 'event') {
    const event = await findEvent(tx, text);
    if (event === null) throw new NotFound('Invalid event');
    return event.id;
  }
  const found = await findAttribute(tx, text);
  if (found === null || found.attribute.deleted) throw new NotFound('Invalid attribute');
  return found.attribute.id;
}

/** Id or uuid of an organisation; null when none is given, -1 for one that nobody knows. */
async function readOrganisation(tx: Transaction, value: unknown): Promise<number | null> {
  if (value === undefined || value === null || value === '' || value === false) return null;
  const id = readId(value);
  if (id !== null) return id;
  const uuid = readUuid(value);
  return uuid === null ? -1 : ((await findOrganisationId(tx, uuid)) ?? -1);
}
