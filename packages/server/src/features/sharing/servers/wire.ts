import type { ListedServer, OrganisationOfServer } from './queries.ts';
import type { ServerRow } from './server-row.ts';

type Json = Record<string, unknown>;

const HIDDEN_KEY = '*'.repeat(40);

/** The answer of add, edit and import. `authkey` is the one just sent; one that is only stored shows as asterisks. */
export function savedServerWire(row: ServerRow, authkey: string | null): Json {
  const { id, name, url, ...rest } = serverWire(row);
  return { Server: { id, name, url, authkey: authkey ?? HIDDEN_KEY, ...rest } };
}

/** One entry of the list. */
export function listedServerWire({ server, loadedAt, organisation, remoteOrganisation, users }: ListedServer): Json {
  return {
    Server: {
      ...serverWire(server),
      cache_timestamp: loadedAt === null ? false : String(Math.floor(loadedAt.getTime() / 1000)),
    },
    Organisation: organisationWire(organisation),
    RemoteOrg: organisationWire(remoteOrganisation),
    User: users.map(({ id, email }) => ({ id: String(id), email, server_id: String(server.id) })),
  };
}

function serverWire(row: ServerRow): Json {
  return {
    id: String(row.id),
    name: row.name,
    url: row.url,
    org_id: String(row.org_id),
    push: row.push,
    pull: row.pull,
    push_sightings: row.push_sightings,
    push_galaxy_clusters: row.push_galaxy_clusters,
    push_analyst_data: row.push_analyst_data,
    pull_analyst_data: row.pull_analyst_data,
    pull_galaxy_clusters: row.pull_galaxy_clusters,
    lastpulledid: row.lastpulledid === null ? null : String(row.lastpulledid),
    lastpushedid: row.lastpushedid === null ? null : String(row.lastpushedid),
    organization: row.organization,
    remote_org_id: String(row.remote_org_id),
    publish_without_email: row.publish_without_email,
    unpublish_event: row.unpublish_event,
    self_signed: row.self_signed,
    pull_rules: row.pull_rules,
    push_rules: row.push_rules,
    cert_file: row.cert_pem === null ? null : `${row.id}.pem`,
    client_cert_file: row.client_cert === null ? null : `${row.id}_client.pem`,
    internal: row.internal,
    skip_proxy: row.skip_proxy,
    remove_missing_tags: row.remove_missing_tags,
    caching_enabled: row.caching_enabled,
    priority: String(row.priority),
  };
}

function organisationWire(row: OrganisationOfServer | null): Json {
  if (row === null) return {};
  const { id, name, uuid, nationality, sector, type } = row;
  return { id: String(id), name, uuid, nationality, sector, type };
}
