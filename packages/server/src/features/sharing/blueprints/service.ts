import { readUuid } from '@magpie/model';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Conflict, Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readId, readText } from '../../../http/lenient.ts';
import { checkRules, compileRules } from './rules.ts';

/** Rules that say which organisations a sharing group has, as stored. */
export interface BlueprintRow {
  id: number;
  uuid: string;
  name: string;
  timestamp: number;
  user_id: number;
  org_id: number;
  sharing_group_id: number;
  rules: string;
}

/** An organisation that a blueprint's rules select. */
export interface SelectedOrganisation {
  id: number;
  uuid: string;
  name: string;
  nationality: string;
  sector: string;
  type: string;
  local: boolean;
}

const MAX_NAME = 255;
/** A group of more members is no group. */
const MAX_ORGANISATIONS = 10_000;

/** Blueprints of the viewer's organisation; site administrators see all. */
export function listBlueprints(
  tx: Transaction,
  page: { search: string | null; limit: number; offset: number },
): Promise<BlueprintRow[]> {
  return tx.query<BlueprintRow>(
    `select * from visible_sharing_group_blueprints where $1::text is null or strpos(lower(name), lower($1)) > 0
     order by id limit $2 offset $3`,
    [page.search, page.limit, page.offset],
  );
}

/** One visible blueprint by id or uuid. Throws `NotFound`. */
export async function requireBlueprint(tx: Transaction, key: string | undefined): Promise<BlueprintRow> {
  const id = readId(key);
  const uuid = id === null ? readUuid(key) : null;
  const row =
    id === null && uuid === null
      ? null
      : await tx.first<BlueprintRow>(
          'select * from visible_sharing_group_blueprints where ($1::bigint is not null and id = $1) or uuid = $2',
          [id, uuid],
        );
  if (row === null) throw new NotFound('Invalid sharing group blueprint.');
  return row;
}

/** Stores a blueprint of the viewer's organisation. Throws `Invalid`, `Conflict`. */
export function addBlueprint(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<BlueprintRow> {
  return magpie.database.as(viewer, async (tx) => {
    const name = readName(body);
    if (name === undefined) throw new Invalid('', { name: ['valueNotEmpty'] });
    const row = await tx.first<BlueprintRow>(
      `insert into visible_sharing_group_blueprints (uuid, name, timestamp, user_id, org_id, rules)
       values (coalesce($1::uuid, gen_random_uuid()), $2, $3, $4, $5, $6) on conflict (uuid) do nothing returning *`,
      [readUuid(body.uuid), name, magpie.now(), viewer.userId, viewer.organisationId, checkRules(body.rules)],
    );
    if (row === null) throw new Conflict('A blueprint with this uuid exists already.');
    await recordChanges(tx, [{ ...changeOf('add', row), after: logged(row) }]);
    return row;
  });
}

/** Changes name and rules. Throws `NotFound`, `Forbidden`, `Invalid`. */
export function editBlueprint(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  body: JsonObject,
): Promise<BlueprintRow> {
  return magpie.database.as(viewer, async (tx) => {
    const before = await requireOwn(tx, viewer, key);
    const rules = body.rules === undefined ? before.rules : checkRules(body.rules);
    return store(tx, before, { name: readName(body) ?? before.name, rules, timestamp: magpie.now() });
  });
}

/** Lets go of the sharing group, which stays as it is. */
export function detachBlueprint(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<BlueprintRow> {
  return magpie.database.as(viewer, async (tx) => {
    const before = await requireOwn(tx, viewer, key);
    return store(tx, before, { sharing_group_id: 0, timestamp: magpie.now() });
  });
}

/** Removes a blueprint; its sharing group stays. */
export function removeBlueprint(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await requireOwn(tx, viewer, key);
    await tx.execute('delete from visible_sharing_group_blueprints where id = $1', [row.id]);
    await recordChanges(tx, [{ ...changeOf('delete', row), before: logged(row) }]);
    return row.id;
  });
}

/** The organisations that the rules select, by id. Sharing groups that the viewer may not see select nobody. */
export function selectOrganisations(
  { settings }: Pick<Magpie, 'settings'>,
  tx: Transaction,
  row: BlueprintRow,
): Promise<SelectedOrganisation[]> {
  const rules: unknown = JSON.parse(row.rules);
  const { sql, values } = compileRules(
    isObject(rules) ? rules : {},
    settings.get('Security.hide_organisations_in_sharing_groups'),
  );
  return tx.query<SelectedOrganisation>(
    `select o.id, o.uuid, o.name, o.nationality, o.sector, o.type, o.local from organisations o where ${sql}
     order by o.id limit ${MAX_ORGANISATIONS}`,
    values,
  );
}

/** A blueprint that the viewer may change: of his organisation, or any for site administrators. */
export async function requireOwn(tx: Transaction, viewer: Viewer, key: string | undefined): Promise<BlueprintRow> {
  const row = await requireBlueprint(tx, key);
  if (row.org_id !== viewer.organisationId && !isSiteAdmin(viewer)) {
    throw new Forbidden('You do not have permission to do that.');
  }
  return row;
}

/** Writes what changed of a blueprint. */
export async function store(
  tx: Transaction,
  before: BlueprintRow,
  fields: Partial<Pick<BlueprintRow, 'name' | 'rules' | 'sharing_group_id' | 'timestamp'>>,
): Promise<BlueprintRow> {
  const next = { ...before, ...fields };
  await tx.execute(
    `update visible_sharing_group_blueprints set name = $2, rules = $3, sharing_group_id = $4, timestamp = $5
     where id = $1`,
    [next.id, next.name, next.rules, next.sharing_group_id, next.timestamp],
  );
  const change = difference(logged(before), logged(next));
  if (change !== null) await recordChanges(tx, [{ ...changeOf('edit', next), ...change }]);
  return next;
}

function readName(body: JsonObject): string | undefined {
  const name = readText(body, 'name')?.trim();
  if (name === undefined) return undefined;
  if (name === '' || name.length > MAX_NAME) throw new Invalid('', { name: ['valueNotEmpty'] });
  return name;
}

function changeOf(action: string, row: BlueprintRow) {
  return { model: 'SharingGroupBlueprint', action, modelId: row.id, modelUuid: row.uuid, title: row.name };
}

function logged({ name, rules, sharing_group_id, org_id }: BlueprintRow): Record<string, unknown> {
  return { name, rules, sharing_group_id, org_id };
}
