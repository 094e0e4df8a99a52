/** The switches of a server, by MISP's names. */
export const serverFlags = [
  'push',
  'pull',
  'push_sightings',
  'push_galaxy_clusters',
  'pull_galaxy_clusters',
  'push_analyst_data',
  'pull_analyst_data',
  'publish_without_email',
  'unpublish_event',
  'self_signed',
  'skip_proxy',
  'internal',
  'remove_missing_tags',
  'caching_enabled',
] as const;

/** Names of a connection's switches. */
export type ServerFlag = (typeof serverFlags)[number];

/** A connected instance as stored. `authkey` and `client_cert` are encrypted. */
export interface ServerRow extends Record<ServerFlag, boolean> {
  id: number;
  name: string;
  url: string;
  authkey: Buffer;
  org_id: number;
  remote_org_id: number;
  lastpulledid: number | null;
  lastpushedid: number | null;
  organization: string | null;
  pull_rules: string;
  push_rules: string;
  cert_pem: string | null;
  client_cert: Buffer | null;
  priority: number;
  cache_source_id: number | null;
}
