import { queryOptions } from '@tanstack/react-query';
import { call, post } from './client.ts';
import { rowsQuery } from './rows.ts';

/** A source of events or values. */
export interface Feed {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly caching_enabled: boolean;
  readonly distribution: string;
  readonly source_format: string;
  readonly input_source: string;
  readonly fixed_event: boolean;
  readonly delta_merge: boolean;
  readonly publish: boolean;
  readonly override_ids: boolean;
  readonly lookup_visible: boolean;
  /** Seconds, when its values were last loaded; false: never. */
  readonly cache_timestamp?: string | false;
  readonly tag_id: string;
  readonly sharing_group_id: string;
  /** What of a MISP feed is taken, as MISP's JSON. */
  readonly rules: string;
}

/** A feed with the tag that its events get. */
export interface FeedRow {
  readonly Feed: Feed;
  readonly Tag?: { readonly id: string; readonly name: string; readonly colour: string };
  readonly Orgc?: { readonly name: string };
}

/** The feeds of the instance. */
export const feedsQuery = () => rowsQuery<FeedRow>('feeds', '/feeds/index.json');

/** A connected instance, without its key. */
export interface Server {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly push: boolean;
  readonly pull: boolean;
  readonly push_sightings: boolean;
  readonly push_galaxy_clusters: boolean;
  readonly pull_galaxy_clusters: boolean;
  readonly push_analyst_data: boolean;
  readonly pull_analyst_data: boolean;
  readonly remote_org_id: string;
  readonly self_signed: boolean;
  readonly skip_proxy: boolean;
  readonly caching_enabled: boolean;
  readonly unpublish_event: boolean;
  readonly publish_without_email: boolean;
  readonly pull_rules: string;
  readonly push_rules: string;
  readonly priority: string;
  readonly cache_timestamp?: string | false;
}

/** A connected instance with the organisation that runs it. */
export interface ServerRow {
  readonly Server: Server;
  readonly RemoteOrg?: { readonly name?: string };
  readonly User?: readonly { readonly email: string }[];
}

/** The connected instances. */
export const serversQuery = () => rowsQuery<ServerRow>('servers', '/servers/index.json');

/** Result of a test of a connection: 1 is well, everything else names a trouble. */
export interface ConnectionTest {
  readonly status: number;
  readonly version?: string;
  readonly local_version?: string;
  readonly post?: number;
  readonly mismatch?: unknown;
}

/** Asks a connected instance who we are there, and what we may do. */
export const testServer = (id: string) => post<ConnectionTest>(`/servers/testConnection/${id}`);

interface ComparedSource {
  readonly id: string;
  readonly name: string;
  readonly is_misp_server?: boolean;
  readonly values: number;
}

/** How many values of a source others have as well. */
export interface Comparison {
  readonly Feed: ComparedSource & {
    readonly ComparedFeed: readonly (ComparedSource & {
      readonly overlap_count: number;
      readonly overlap_percentage: number;
    })[];
  };
}

/** The sources, each compared with all others. */
export const comparisonQuery = () => rowsQuery<Comparison>('feedComparison', '/feeds/compareFeeds.json');

/** What a feed offers: events by their uuid, or a list of values. */
export type FeedOffer =
  | Readonly<Record<string, Readonly<Record<string, unknown>>>>
  | readonly Readonly<Record<string, unknown>>[];

/** Events or values of a feed that are shown before it is taken in. */
export const MOST_OFFERED = 200;

/** What a feed offers now, the first of it; the server fetches it. */
export const feedOfferQuery = (id: string) =>
  queryOptions({
    queryKey: ['feedOffer', id],
    queryFn: ({ signal }) =>
      call<FeedOffer>('GET', `/feeds/previewIndex/${encodeURIComponent(id)}/limit:${MOST_OFFERED}.json`, {
        signal,
        stay: true,
      }),
    retry: false,
  });
