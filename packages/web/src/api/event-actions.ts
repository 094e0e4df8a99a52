import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';
import { accepted, saveAnswer } from './download.ts';
import type { OrganisationRef } from './wire.ts';

/** Copies attributes, objects and reports of another event into one. */
export const mergeInto = (targetId: string, source: string) => post(`/events/merge/${targetId}`, { source_id: source });

/** A message for the organisation behind an event, or for its user alone. */
export const contactReporter = (id: string, message: string, onlyUser: boolean) =>
  post(`/events/contact/${id}`, { message, person: onlyUser });

/** Makes an event accept changes from its creator's instances alone, by their signature, or ends that. */
export const protectEvent = (id: string, on: boolean) => post(`/events/${on ? 'protect' : 'unprotect'}/${id}`);

/** Names a key (OpenPGP, armoured) whose signature a protected event accepts. */
export const addEventKey = (id: string, key: string) =>
  post(`/cryptographic_keys/add/Event/${id}`, { type: 'pgp', key_data: key });
export const deleteEventKey = (keyId: string) => post(`/cryptographic_keys/delete/${keyId}`);

/** Turns correlation of a whole event off, or on again. */
export const toggleCorrelation = (id: string) => post(`/events/toggleCorrelation/${id}`);

/** Sends the sightings of an event to connected instances, without the event. */
export const publishSightings = (id: string) => post(`/events/publishSightings/${id}`);

/** Says which event this one extends; '' for none. */
export const setExtends = (id: string, uuid: string) => post(`/events/edit/${id}`, { Event: { extends_uuid: uuid } });

/** A request that another organisation publishes an event as its own. */
export interface Delegation {
  readonly id: string;
  readonly org_id: string;
  readonly requester_org_id: string;
  readonly event_id: string;
  readonly message: string;
  /** What the requester wishes for the event; absent where he leaves it to the receiver, who decides in any case. */
  readonly distribution?: string;
  readonly Event?: { readonly id: string; readonly info: string; readonly date: string };
  readonly Org?: OrganisationRef;
  readonly RequesterOrg?: OrganisationRef;
}

/** Whose requests: those that wait for the own organisation, or those that it made. */
export type DelegationSide = 'pending' | 'issued';

/** Requests made to the own organisation, or by it. */
export const delegationsQuery = (side: DelegationSide) =>
  queryOptions({
    queryKey: ['delegations', side],
    queryFn: async ({ signal }) => {
      const rows = await get<readonly { readonly EventDelegation: Delegation }[]>(
        `/event_delegations/index/context:${side}.json`,
        signal,
      );
      return rows.map((row) => row.EventDelegation);
    },
    retry: false,
  });

/** Asks another organisation to publish an event as its own. */
export const requestDelegation = (
  eventId: string,
  wish: {
    readonly org_id: string;
    readonly distribution: string;
    readonly sharing_group_id: string;
    readonly message: string;
  },
) => post(`/event_delegations/delegateEvent/${eventId}`, wish);

/** Takes an event over; it belongs to the own organisation from then on. */
export const acceptDelegation = (id: string) => post(`/event_delegations/acceptDelegation/${id}`);

/** Refuses a request, or takes one's own back. */
export const discardDelegation = (id: string) => post(`/event_delegations/deleteDelegation/${id}`);

/** A format that a search can be downloaded in. */
export interface ExportFormat {
  readonly name: string;
  readonly extension: string;
  /** Only what is meant for detection, of published events. */
  readonly restrictive: boolean;
}

/** The formats, modules' and own ones among them. */
export const exportFormatsQuery = () =>
  queryOptions({
    queryKey: ['exportFormats'],
    queryFn: ({ signal }) => get<readonly ExportFormat[]>('/ui/exportFormats', signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The event in a format, as a file of the browser's. */
export async function downloadEvent(id: string, format: ExportFormat): Promise<void> {
  const answer = await fetch(`/events/restSearch/returnFormat:${format.name}/eventid:${id}`, {
    credentials: 'same-origin',
    headers: { Accept: 'application/json' },
  });
  const name = `event-${id}.${format.name}.${format.extension}`.replace(/\.(\w+)\.\1$/, '.$1');
  await saveAnswer(await accepted(answer), name);
}
