import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AttributeInput } from './attributes.ts';
import { ApiError, call, get, post } from './client.ts';
import type { OrganisationRef } from './wire.ts';

/** A proposed change of an event that belongs to another organisation. */
export interface Proposal {
  readonly id: string;
  /** The attribute that is to be changed; "0" for a new one. */
  readonly old_id: string;
  readonly event_id: string;
  /** The organisation that proposes. */
  readonly org_id: string;
  readonly type: string;
  readonly category: string;
  readonly value: string;
  readonly comment: string;
  readonly to_ids: boolean;
  readonly uuid: string;
  readonly timestamp: string;
  readonly first_seen: string | null;
  readonly last_seen: string | null;
  readonly proposal_to_delete: boolean;
  readonly Org?: OrganisationRef;
}

/** Some proposals. */
export interface ProposalPage {
  readonly proposals: readonly Proposal[];
}

const pageSize = 100;

/** Open proposals on one event, or on all that the viewer sees, page by page. */
export const proposalsQuery = (eventId: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['proposals', eventId ?? ''],
    queryFn: async ({ pageParam, signal }): Promise<ProposalPage> => {
      const rows = await get<readonly { readonly ShadowAttribute: Proposal }[]>(
        `/shadow_attributes/index${eventId === undefined ? '' : `/${eventId}`}/deleted:0/limit:${pageSize}/page:${pageParam}.json`,
        signal,
      );
      return { proposals: rows.map((row) => row.ShadowAttribute) };
    },
    initialPageParam: 1,
    getNextPageParam: ({ proposals }, pages) => (proposals.length < pageSize ? undefined : pages.length + 1),
  });

/** What is said of an event that proposals are made to: its title, and the organisation that made it. */
export interface ProposalEvent {
  readonly id: string;
  readonly info: string;
  readonly orgc_id: string;
}

/** Titles and makers of events, by the events' ids. */
export const proposalEventsQuery = (eventIds: readonly string[]) =>
  queryOptions({
    queryKey: ['proposals', 'events', ...eventIds],
    enabled: eventIds.length > 0,
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, ProposalEvent>> => {
      const body = { eventid: eventIds, limit: eventIds.length };
      const rows = await call<readonly ProposalEvent[]>('POST', '/events/index', { body, signal });
      return new Map(rows.map((row) => [row.id, row]));
    },
  });

/** Accepts a proposal; throws `ApiError` when refused. */
export async function acceptProposal(id: string): Promise<void> {
  const answer = await post<unknown>(`/shadow_attributes/accept/${id}`);
  // As in MISP, whoever may not decide is sent to the start page: what arrives has no verdict.
  if (typeof answer !== 'object' || answer === null || !('message' in answer)) throw new ApiError(403, '');
}

/** Refuses a proposal, or takes one's own back. */
export const discardProposal = (id: string) => post(`/shadow_attributes/discard/${id}`);

/** Proposes a new attribute. */
export const proposeAttribute = (eventId: string, attribute: AttributeInput) =>
  post(`/shadow_attributes/add/${eventId}`, { ShadowAttribute: attribute });

/** Proposes other fields for an attribute. */
export const proposeChange = (attributeId: string, attribute: AttributeInput) =>
  post(`/shadow_attributes/edit/${attributeId}`, { ShadowAttribute: attribute });

/** Proposes that an attribute goes. */
export const proposeDeletion = (attributeId: string) => post(`/shadow_attributes/delete/${attributeId}`);
