import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { readId } from '../../../http/lenient.ts';
import { deletedOnlyOf } from '../event-reports/service.ts';
import { findEvent } from '../events/rights.ts';
import {
  findOpenProposalId,
  type ListedProposalRow,
  listProposals,
  openProposalsOfAttributes,
  openProposalsOfEvents,
  type ProposalFilter,
} from './queries.ts';
import { foundProposalWire, nestedProposalWire } from './wire.ts';

type Wire = Record<string, unknown>;

/** Open proposals for new attributes as they are nested in events, by event id. */
export async function proposalsOfEvents(tx: Transaction, eventIds: readonly number[]): Promise<Map<number, Wire[]>> {
  return nested(await openProposalsOfEvents(tx, eventIds), (row) => row.event_id, nestedProposalWire);
}

/** Open proposals on attributes as they are nested in them, by attribute id. */
export async function proposalsOfAttributes(
  tx: Transaction,
  attributeIds: readonly number[],
): Promise<Map<number, Wire[]>> {
  return nested(await openProposalsOfAttributes(tx, attributeIds), (row) => row.attribute_id, nestedProposalWire);
}

/** Open proposals on attributes in the form of attributes/restSearch, by attribute id. */
export async function proposalsOfFound(tx: Transaction, attributeIds: readonly number[]): Promise<Map<number, Wire[]>> {
  return nested(await openProposalsOfAttributes(tx, attributeIds), (row) => row.attribute_id, foundProposalWire);
}

function nested(
  rows: readonly ListedProposalRow[],
  keyOf: (row: ListedProposalRow) => number,
  wireOf: (row: ListedProposalRow) => Wire,
): Map<number, Wire[]> {
  const lists = new Map<number, Wire[]>();
  for (const row of rows) {
    const list = lists.get(keyOf(row));
    if (list) list.push(wireOf(row));
    else lists.set(keyOf(row), [wireOf(row)]);
  }
  return lists;
}

/** The id behind an id, or behind a uuid that means one open proposal; null for anything else. */
export function proposalIdOf(tx: Transaction, key: string | undefined): Promise<number | null> {
  const id = readId(key);
  if (id !== null) return Promise.resolve(id);
  const uuid = readUuid(key);
  return uuid === null ? Promise.resolve(null) : findOpenProposalId(tx, uuid);
}

/** One proposal, decided or not. Throws `NotFound`. */
export function getProposal(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<ListedProposalRow> {
  return magpie.database.as(viewer, async (tx) => {
    const id = await proposalIdOf(tx, key);
    const filter = { ids: id === null ? [] : [id], eventId: null, since: null, deleted: null };
    const page = { limit: 1, offset: 0 };
    const [row] = await listProposals(tx, { ...filter, deletedOnlyOfOrganisation: deletedOnlyOf(viewer) }, page);
    if (row === undefined) throw new NotFound('Invalid proposal.');
    return row;
  });
}

/** A page of the proposals that the viewer sees, of one event or of all. Throws `NotFound` for an unknown event. */
export function getProposals(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  filter: Pick<ProposalFilter, 'since' | 'deleted'>,
  page: { limit: number; offset: number },
): Promise<ListedProposalRow[]> {
  return magpie.database.as(viewer, async (tx) => {
    const event = eventKey === undefined ? null : await findEvent(tx, eventKey);
    if (eventKey !== undefined && event === null) throw new NotFound('Invalid event');
    const deletedOnlyOfOrganisation = deletedOnlyOf(viewer);
    return listProposals(tx, { ids: null, eventId: event?.id ?? null, ...filter, deletedOnlyOfOrganisation }, page);
  });
}
