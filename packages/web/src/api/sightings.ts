import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';
import type { FoundAttribute } from './search.ts';
import type { OrganisationRef } from './wire.ts';

/** 0 seen, 1 false positive, 2 expiration. */
export type SightingType = '0' | '1' | '2';

/** Somebody's word that an attribute was seen, was a false alarm, or has expired. */
export interface Sighting {
  readonly id: string;
  readonly attribute_id: string;
  readonly attribute_uuid?: string;
  readonly event_id: string;
  readonly org_id?: string;
  readonly date_sighting: string;
  readonly source: string;
  readonly type: string;
  readonly Organisation?: OrganisationRef;
}

/** Adds a sighting of now; the server answers 200 with a message to what it could not add. */
export const addSighting = (attributeId: string, type: SightingType) =>
  post<{ readonly Sighting?: Sighting; readonly message?: string }>(`/sightings/add/${attributeId}`, { type });

/** One page of all sightings that the viewer sees. */
export const sightingsQuery = (page: number, limit: number) =>
  queryOptions({
    queryKey: ['sightings', page, limit],
    queryFn: ({ signal }) => get<readonly Sighting[]>(`/sightings/index/limit:${limit}/page:${page}.json`, signal),
  });

/** The attributes that sightings are of, by id, with their events. */
export const sightedQuery = (sightings: readonly Sighting[]) => {
  const uuids = [...new Set(sightings.flatMap((sighting) => sighting.attribute_uuid ?? []))];
  return queryOptions({
    queryKey: ['sightings', 'of', uuids],
    queryFn: async (): Promise<ReadonlyMap<string, FoundAttribute>> => {
      const { response } = await post<{ readonly response: { readonly Attribute: readonly FoundAttribute[] } }>(
        '/attributes/restSearch',
        { returnFormat: 'json', uuid: uuids, limit: uuids.length },
      );
      return new Map(response.Attribute.map((attribute) => [attribute.id, attribute]));
    },
    enabled: uuids.length > 0,
    placeholderData: (before: ReadonlyMap<string, FoundAttribute> | undefined) => before,
  });
};
