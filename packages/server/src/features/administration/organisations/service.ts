import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { type JsonObject, readBoolean, readId, readList, readText } from '../../../http/lenient.ts';
import type { OrganisationRow } from './organisation-row.ts';
import {
  deleteOrganisation,
  findOrganisationId,
  findTaken,
  insertOrganisation,
  isOrganisationInUse,
  knownToViewer,
  listOrganisations,
  lockOrganisation,
  type OrganisationValues,
  type ShownOrganisationRow,
  updateOrganisation,
} from './queries.ts';

const NO_ORGANISATION = 'Invalid organisation';
const MAX_NAME_LENGTH = 255;
const MAX_DOMAINS = 1000;

/** Not removed: users, events, groups or tags still belong to the organisation. */
export interface Removal {
  removed: boolean;
  id: number;
}

/** Organisations of a scope (`local`, `external`, `all`) that contain a text, by name. */
export function searchOrganisations(
  magpie: Magpie,
  viewer: Viewer,
  filter: { scope: string; text: string },
): Promise<ShownOrganisationRow[]> {
  const conditions = hiddenFrom(magpie, viewer);
  const values: SqlValue[] = [];
  if (filter.scope === 'external') conditions.push('not o.local');
  else if (filter.scope !== 'all') conditions.push('o.local');
  if (filter.text !== '') {
    values.push(filter.text.toLowerCase());
    const columns = ['o.name', 'o.description', 'o.nationality', 'o.sector', 'o.type', 'o.contacts', 'o.uuid::text'];
    conditions.push(`(${columns.map((column) => `position($1 in lower(coalesce(${column}, ''))) > 0`).join(' or ')})`);
  }
  return magpie.database.as(viewer, (tx) => listOrganisations(tx, conditions, values));
}

/** An organisation by id, uuid or name. */
export async function viewOrganisation(
  magpie: Magpie,
  viewer: Viewer,
  reference: string | undefined,
): Promise<ShownOrganisationRow> {
  const [condition, value] = conditionOf(reference ?? '');
  const [row] = await magpie.database.as(viewer, (tx) =>
    listOrganisations(tx, [condition, ...hiddenFrom(magpie, viewer)], [value]),
  );
  if (row === undefined) throw new NotFound(NO_ORGANISATION);
  return row;
}

function conditionOf(text: string): [condition: string, value: SqlValue] {
  const uuid = readUuid(text);
  if (uuid !== null) return ['o.uuid = $1', uuid];
  const id = readId(text);
  return id !== null ? ['o.id = $1', id] : ['o.name = $1', text];
}

/** Creates an organisation: local unless told otherwise. */
export async function addOrganisation(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<OrganisationRow> {
  const values = readOrganisation(body, null);
  return magpie.database.asSystem('add organisation', async (tx) => {
    await refuseTaken(tx, values, 0);
    const row = await insertOrganisation(tx, values, viewer.userId);
    await recordChanges(tx, [{ ...about(row), action: 'add', after: { ...values } }], viewer);
    return row;
  });
}

/** Changes what the body names of an organisation. */
export async function editOrganisation(
  magpie: Magpie,
  viewer: Viewer,
  reference: string | undefined,
  body: JsonObject,
): Promise<OrganisationRow> {
  const saved = await magpie.database.asSystem('edit organisation', async (tx) => {
    const before = await lockReferred(tx, reference);
    const values = readOrganisation(body, before);
    await refuseTaken(tx, values, before.id);
    const row = await updateOrganisation(tx, before.id, values);
    const change = difference({ ...before }, { ...values });
    if (change) await recordChanges(tx, [{ ...about(row), action: 'edit', ...change }], viewer);
    return row;
  });
  await magpie.accounts.changed();
  return saved;
}

/** Deletes an organisation that nothing belongs to. */
export async function removeOrganisation(
  magpie: Magpie,
  viewer: Viewer,
  reference: string | undefined,
): Promise<Removal> {
  const removal = await magpie.database.asSystem('delete organisation', async (tx): Promise<Removal> => {
    const row = await lockReferred(tx, reference);
    if (await isOrganisationInUse(tx, row.id)) return { removed: false, id: row.id };
    await deleteOrganisation(tx, row.id);
    await recordChanges(tx, [{ ...about(row), action: 'delete', before: { name: row.name } }], viewer);
    return { removed: true, id: row.id };
  });
  await magpie.accounts.changed();
  return removal;
}

function hiddenFrom(magpie: Magpie, viewer: Viewer): string[] {
  const hide = magpie.settings.get('Security.hide_organisation_index_from_users') && !isSiteAdmin(viewer);
  return hide ? [knownToViewer(magpie.settings.get('Security.hide_organisations_in_sharing_groups'))] : [];
}

async function lockReferred(tx: Transaction, reference: string | undefined): Promise<OrganisationRow> {
  const uuid = readUuid(reference);
  const id = uuid === null ? readId(reference) : ((await findOrganisationId(tx, uuid))?.id ?? null);
  const row = id === null ? null : await lockOrganisation(tx, id);
  if (row === null) throw new NotFound(NO_ORGANISATION);
  return row;
}

async function refuseTaken(tx: Transaction, values: OrganisationValues, exceptId: number): Promise<void> {
  const taken = await findTaken(tx, values, exceptId);
  const errors: Record<string, string[]> = {};
  if (taken.name) errors.name = ['An organisation with this name already exists.'];
  if (taken.uuid) errors.uuid = ['An organisation with this UUID already exists.'];
  if (taken.name || taken.uuid) throw new Invalid('', errors);
}

function about(row: OrganisationRow) {
  return { model: 'Organisation', modelId: row.id, modelUuid: row.uuid, title: row.name };
}

function readOrganisation(body: JsonObject, before: OrganisationRow | null): OrganisationValues {
  const errors: Record<string, string[]> = {};
  const short = (field: 'name' | 'type' | 'nationality' | 'sector') => {
    const text = (readText(body, field) ?? before?.[field] ?? '').trim();
    if (text.length > MAX_NAME_LENGTH) errors[field] = [`At most ${MAX_NAME_LENGTH} characters are stored.`];
    return text;
  };
  const long = (field: 'description' | 'contacts' | 'landingpage') => readText(body, field) ?? before?.[field] ?? null;
  const uuid = body.uuid === undefined || body.uuid === null || body.uuid === '' ? null : readUuid(body.uuid);
  if (uuid === null && body.uuid) errors.uuid = ['Please provide a valid RFC 4122 UUID'];
  const local = body.local === undefined || body.local === null ? (before?.local ?? true) : readBoolean(body.local);
  if (local === undefined) errors.local = ['Expected a boolean.'];
  const domains = readDomains(body, before);
  if (domains === undefined) errors.restricted_to_domain = ['Expected a list of domains.'];
  const values = {
    uuid: uuid ?? before?.uuid ?? randomUUID(),
    name: short('name'),
    description: long('description'),
    type: short('type'),
    nationality: short('nationality'),
    sector: short('sector'),
    contacts: long('contacts'),
    local: local ?? true,
    restricted_to_domain: domains ?? null,
    landingpage: long('landingpage'),
  };
  if (Object.keys(errors).length > 0) throw new Invalid('', errors);
  return values;
}

// MISP stores no list until the first edit: null after add, [] from then on (seen in 2.5.1).
function readDomains(body: JsonObject, before: OrganisationRow | null): string[] | null | undefined {
  const given = body.restricted_to_domain;
  if (given === undefined || given === null || given === '') {
    return before === null ? null : (before.restricted_to_domain ?? []);
  }
  const items = typeof given === 'string' ? given.split(/[\s,]+/) : readList(given);
  if (items === undefined || items.length > MAX_DOMAINS) return undefined;
  const domains: string[] = [];
  for (const item of items) {
    if (typeof item !== 'string' || item.length > MAX_NAME_LENGTH) return undefined;
    if (item.trim() !== '') domains.push(item.trim());
  }
  return domains;
}
