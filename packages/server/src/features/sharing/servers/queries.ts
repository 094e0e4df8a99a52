import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import type { ServerRow } from './server-row.ts';

/** The organisation of a connected instance, here or there. */
export interface OrganisationOfServer {
  id: number;
  name: string;
  uuid: string;
  nationality: string;
  sector: string;
  type: string;
}

/** A server with what the list shows around it. */
export interface ListedServer {
  server: ServerRow;
  loadedAt: Date | null;
  organisation: OrganisationOfServer | null;
  remoteOrganisation: OrganisationOfServer | null;
  users: { id: number; email: string }[];
}

/** One server by id, or null. */
export function findServer(tx: Transaction, id: number, options: { lock?: boolean } = {}): Promise<ServerRow | null> {
  const lock = options.lock ? ' for update' : '';
  return tx.first<ServerRow>(`select * from visible_servers where id = $1${lock}`, [id]);
}

/** Servers by priority, a page of them: four statements whatever their number. */
export async function listServers(
  tx: Transaction,
  page: { search: string | null; limit: number; offset: number },
): Promise<ListedServer[]> {
  const servers = await tx.query<ServerRow>(
    `select * from visible_servers where $1::text is null or strpos(lower(concat_ws(' ', name, url)), lower($1)) > 0
     order by priority, id limit $2 offset $3`,
    [page.search, page.limit, page.offset],
  );
  const organisationIds = servers.flatMap((row) => [row.org_id, row.remote_org_id]);
  const organisations = new Map(
    (
      await tx.query<OrganisationOfServer>(
        'select id, name, uuid, nationality, sector, type from organisations where id = any($1::bigint[])',
        [organisationIds],
      )
    ).map((row) => [row.id, row]),
  );
  const users = await tx.query<{ id: number; email: string; server_id: number }>(
    'select id, email, server_id from visible_users where server_id = any($1::bigint[]) order by id',
    [servers.map((row) => row.id)],
  );
  const loads = new Map(
    (
      await tx.query<{ id: number; loaded_at: Date }>(
        'select id, loaded_at from visible_value_sources where id = any($1::bigint[])',
        [servers.flatMap((row) => row.cache_source_id ?? [])],
      )
    ).map((row) => [row.id, row.loaded_at]),
  );
  return servers.map((server) => ({
    server,
    loadedAt: server.cache_source_id === null ? null : (loads.get(server.cache_source_id) ?? null),
    organisation: organisations.get(server.org_id) ?? null,
    remoteOrganisation: organisations.get(server.remote_org_id) ?? null,
    users: users.filter((user) => user.server_id === server.id).map(({ id, email }) => ({ id, email })),
  }));
}

/** Stores a server behind all others in priority. */
export async function insertServer(tx: Transaction, columns: Readonly<Record<string, SqlValue>>): Promise<ServerRow> {
  const names = Object.keys(columns);
  const row = await tx.first<ServerRow>(
    `insert into visible_servers (${names.join(', ')}, priority)
     values (${names.map((_name, index) => `$${index + 1}`).join(', ')},
       (select coalesce(max(priority), 0) + 1 from visible_servers)) returning *`,
    Object.values(columns),
  );
  if (row === null) throw new Error('the new server is not visible to who made it');
  return row;
}

/** Changes the named columns. Names come from this program, never from a body. */
export async function updateServer(
  tx: Transaction,
  id: number,
  columns: Readonly<Record<string, SqlValue>>,
): Promise<ServerRow | null> {
  const names = Object.keys(columns);
  if (names.length === 0) return findServer(tx, id);
  const assignments = names.map((name, index) => `${name} = $${index + 2}`).join(', ');
  return tx.first<ServerRow>(`update visible_servers set ${assignments} where id = $1 returning *`, [
    id,
    ...Object.values(columns),
  ]);
}

/** Removes the server and its places in sharing groups. */
export async function deleteServer(tx: Transaction, id: number): Promise<void> {
  await tx.execute('delete from visible_servers where id = $1', [id]);
  await tx.execute('delete from visible_sharing_group_servers where server_id = $1', [id]);
}
