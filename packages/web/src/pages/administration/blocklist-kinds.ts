import type { MessageKey } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';

/** A blocklist: what it blocks, and where it stands in the API. */
export interface Blocklist {
  readonly path: string;
  /** In the addresses of the API. */
  readonly controller: string;
  readonly label: MessageKey;
  readonly title: MessageKey;
  readonly uuid: string;
  /** Texts beside the comment. */
  readonly texts: readonly string[];
}

const events: Blocklist = {
  path: paths.blocklist('eventBlocklists'),
  controller: 'event_blocklists',
  label: 'blocklist.events',
  title: 'blocklist.eventsTitle',
  uuid: 'event_uuid',
  texts: ['event_info', 'event_orgc'],
};

/** The five blocklists, in the order of their tabs. */
export const blocklists: readonly [Blocklist, ...Blocklist[]] = [
  events,
  {
    path: paths.blocklist('orgBlocklists'),
    controller: 'org_blocklists',
    label: 'blocklist.organisations',
    title: 'blocklist.organisationsTitle',
    uuid: 'org_uuid',
    texts: ['org_name'],
  },
  {
    path: paths.blocklist('sightingBlocklists'),
    controller: 'sighting_blocklists',
    label: 'blocklist.sightings',
    title: 'blocklist.sightingsTitle',
    uuid: 'org_uuid',
    texts: ['org_name'],
  },
  {
    path: paths.blocklist('galaxy_cluster_blocklists'),
    controller: 'galaxy_cluster_blocklists',
    label: 'blocklist.clusters',
    title: 'blocklist.clustersTitle',
    uuid: 'cluster_uuid',
    texts: ['cluster_info', 'cluster_orgc'],
  },
  {
    path: paths.blocklist('analyst_data_blocklists'),
    controller: 'analyst_data_blocklists',
    label: 'blocklist.analystData',
    title: 'blocklist.analystDataTitle',
    uuid: 'analyst_data_uuid',
    texts: ['analyst_data_info', 'analyst_data_orgc'],
  },
];
