import type { SettingName } from '../../administration/settings/registry.ts';

/** One of MISP's blocklists: a table of uuids that are not taken in again. */
export interface BlocklistKind {
  /** In paths: `/event_blocklists/index`. */
  readonly controller: string;
  /** MISP's model name. */
  readonly model: string;
  readonly table: string;
  readonly uuidColumn: string;
  /** Texts beside `comment` that describe an entry. */
  readonly textColumns: readonly string[];
  /** Entries count what they refuse. */
  readonly counts: boolean;
  /** Members of the host organisation who may add events manage it too, not only the site's administrator. */
  readonly forHost: boolean;
  /** Without it the list is out of use; null: always in use. */
  readonly setting: SettingName | null;
}

/** The blocklists: of events, organisations, clusters and sighting organisations. */
export const blocklistKinds: readonly BlocklistKind[] = [
  {
    controller: 'event_blocklists',
    model: 'EventBlocklist',
    table: 'event_blocklists',
    uuidColumn: 'event_uuid',
    textColumns: ['event_info', 'event_orgc'],
    counts: false,
    forHost: true,
    setting: 'MISP.enableEventBlocklisting',
  },
  {
    controller: 'org_blocklists',
    model: 'OrgBlocklist',
    table: 'org_blocklists',
    uuidColumn: 'org_uuid',
    textColumns: ['org_name'],
    counts: true,
    forHost: true,
    setting: 'MISP.enableOrgBlocklisting',
  },
  {
    controller: 'sighting_blocklists',
    model: 'SightingBlocklist',
    table: 'sighting_blocklists',
    uuidColumn: 'org_uuid',
    textColumns: ['org_name'],
    counts: true,
    forHost: false,
    setting: null,
  },
  {
    controller: 'galaxy_cluster_blocklists',
    model: 'GalaxyClusterBlocklist',
    table: 'galaxy_cluster_blocklists',
    uuidColumn: 'cluster_uuid',
    textColumns: ['cluster_info', 'cluster_orgc'],
    counts: false,
    forHost: false,
    setting: null,
  },
  {
    controller: 'analyst_data_blocklists',
    model: 'AnalystDataBlocklist',
    table: 'analyst_data_blocklists',
    uuidColumn: 'analyst_data_uuid',
    textColumns: ['analyst_data_info', 'analyst_data_orgc'],
    counts: false,
    forHost: false,
    setting: null,
  },
];
