import type { Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readId, readText } from '../../../http/lenient.ts';
import { forgetSources } from '../caches/load.ts';
import { captureOrganisation } from '../organisations/capture.ts';
import { membershipChanged } from '../sharing-groups/save-group.ts';
import { deleteServer, findServer, insertServer, updateServer } from './queries.ts';
import { NO_PULL_RULES, NO_PUSH_RULES, readServerInput, type ServerInput } from './server-input.ts';
import type { ServerRow } from './server-row.ts';

const NO_SERVER = 'Invalid server';

/** A server that was stored, and the key when the body brought one. */
export interface SavedServer {
  row: ServerRow;
  authkey: string | null;
}

/** Stores a connected instance. Throws `Invalid` with the fields that are missing or wrong. */
export function addServer(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<SavedServer> {
  return magpie.database.as(viewer, async (tx) => storeServer(magpie, tx, await readServerInput(tx, body)));
}

/** Stores what another instance gives out as its `createSync`: nothing is pushed or pulled yet. */
export function importServer(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<SavedServer> {
  return magpie.database.as(viewer, async (tx) => {
    const described = openImport(body);
    const url = readText(described, 'url');
    const remote = await captureOrganisation(tx, viewer, described.Organisation);
    if (remote === null) throw new Invalid('', { Organisation: ['Expected the organisation of the server.'] });
    const input = await readServerInput(tx, {
      url,
      name: readText(described, 'name') ?? url,
      authkey: described.authkey,
      remote_org_id: remote,
    });
    return storeServer(magpie, tx, { ...input, pull_rules: '[]', push_rules: '[]' });
  });
}

/** Changes what the body names. Throws `NotFound`, `Invalid`. */
export function editServer(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  body: JsonObject,
): Promise<SavedServer> {
  return magpie.database.as(viewer, async (tx) => {
    const before = await requireServer(tx, key, { lock: true });
    const input = await readServerInput(tx, body);
    const columns = await columnsOf(magpie, input);
    const remote = input.remote_org_id ?? before.remote_org_id;
    columns.internal = (input.flags.internal ?? before.internal) && isHost(magpie, remote);
    const row = await updateServer(tx, before.id, columns);
    if (row === null) throw new NotFound(NO_SERVER);
    // What was loaded is not of the instance at the new address.
    if (row.url !== before.url) await forgetSources(tx, { server: row.id });
    const change = difference(loggedFields(before), loggedFields(row));
    if (change !== null) await recordChanges(tx, [{ ...changeOf('edit', row), ...change }]);
    return { row, authkey: input.authkey ?? null };
  });
}

/** Removes a server with its cache. Throws `NotFound`. */
export function removeServer(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await requireServer(tx, key, { lock: true });
    await deleteServer(tx, row.id);
    await forgetSources(tx, { server: row.id });
    await recordChanges(tx, [{ ...changeOf('delete', row), before: loggedFields(row) }]);
    await membershipChanged(magpie, tx);
  });
}

/** Exchanges the places of a server and its neighbour in the order of pushes. Throws `NotFound`. */
export function movePriority(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  direction: 'up' | 'down',
): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await requireServer(tx, key, { lock: true });
    const neighbour = await tx.first<{ id: number; priority: number }>(
      direction === 'up'
        ? 'select id, priority from visible_servers where priority < $1 order by priority desc limit 1 for update'
        : 'select id, priority from visible_servers where priority > $1 order by priority limit 1 for update',
      [row.priority],
    );
    if (neighbour === null) return;
    await updateServer(tx, row.id, { priority: neighbour.priority });
    await updateServer(tx, neighbour.id, { priority: row.priority });
    const change = { before: { priority: row.priority }, after: { priority: neighbour.priority } };
    await recordChanges(tx, [{ ...changeOf('edit', row), ...change }]);
  });
}

/** A server by the id in a path. Throws `NotFound`. */
export async function requireServer(
  tx: Transaction,
  key: string | undefined,
  options: { lock?: boolean } = {},
): Promise<ServerRow> {
  const id = readId(key);
  const row = id === null ? null : await findServer(tx, id, options);
  if (row === null) throw new NotFound(NO_SERVER);
  return row;
}

async function storeServer(magpie: Magpie, tx: Transaction, input: ServerInput): Promise<SavedServer> {
  const missing = (['url', 'name', 'authkey', 'remote_org_id'] as const).filter((field) => input[field] === undefined);
  if (missing.length > 0) {
    throw new Invalid('', Object.fromEntries(missing.map((field) => [field, ['This field cannot be left blank']])));
  }
  const row = await insertServer(tx, {
    pull_rules: NO_PULL_RULES,
    push_rules: NO_PUSH_RULES,
    ...(await columnsOf(magpie, input)),
    internal: (input.flags.internal ?? false) && isHost(magpie, input.remote_org_id ?? 0),
    org_id: tx.viewer?.organisationId ?? 0,
  });
  await recordChanges(tx, [{ ...changeOf('add', row), after: loggedFields(row) }]);
  return { row, authkey: input.authkey ?? null };
}

async function columnsOf(magpie: Magpie, input: ServerInput): Promise<Record<string, SqlValue>> {
  const { flags, authkey, client_cert, ...plain } = input;
  const columns: Record<string, SqlValue> = { ...plain, ...flags };
  if (authkey !== undefined) columns.authkey = await magpie.secrets.seal(authkey);
  if (client_cert !== undefined) {
    columns.client_cert = client_cert === null ? null : await magpie.secrets.seal(client_cert);
  }
  return columns;
}

/** Only an instance of the own organisation is internal: to it everything travels. */
function isHost(magpie: Magpie, organisationId: number): boolean {
  const host = magpie.settings.get('MISP.host_org_id');
  return host !== 0 && organisationId === host;
}

/** `createSync` output: bare, under `Server`, or as text in `json`. */
function openImport(body: JsonObject): JsonObject {
  const inner = isObject(body.Server) ? body.Server : body;
  if (typeof inner.json !== 'string') return inner;
  try {
    const parsed: unknown = JSON.parse(inner.json);
    if (isObject(parsed)) return isObject(parsed.Server) ? parsed.Server : parsed;
  } catch (error) {
    throw new Invalid('', { json: [`Not JSON: ${error instanceof Error ? error.message : error}`] });
  }
  throw new Invalid('', { json: ['Expected an object.'] });
}

function changeOf(action: string, row: ServerRow) {
  return { model: 'Server', action, modelId: row.id, title: row.name };
}

/** What the change log keeps of a server: no key, no certificate. */
function loggedFields(row: ServerRow): Record<string, unknown> {
  const { authkey: _key, client_cert: _client, cert_pem: _authority, cache_source_id: _cache, ...shown } = row;
  return shown;
}
