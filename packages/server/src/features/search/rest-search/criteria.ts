import type { TimeRange } from '@magpie/model';
import type { ListFilter } from './filter-forms.ts';

/** Text columns of attributes that a list filter can name. */
export type AttributeListColumn =
  | 'value'
  | 'value1'
  | 'value2'
  /** The value whole, or a part of it where it is no hash. */
  | 'value part'
  | 'type'
  | 'category'
  | 'object_relation'
  | 'comment'
  | 'uuid';

/** What an attribute must meet. */
export type AttributeCriterion =
  | { readonly kind: 'list'; readonly column: AttributeListColumn; readonly filter: ListFilter }
  | { readonly kind: 'flag'; readonly column: 'to_ids'; readonly value: boolean }
  /** Nobody whose proposals the viewer sees wants it deleted. */
  | { readonly kind: 'unopposed' }
  | { readonly kind: 'range'; readonly column: 'timestamp' | 'first_seen' | 'last_seen'; readonly range: TimeRange };

/** What an event must meet by its own row. */
export type EventCriterion =
  | { readonly kind: 'list'; readonly column: 'info' | 'eventid' | 'uuid'; readonly filter: ListFilter }
  | { readonly kind: 'substring'; readonly column: 'info'; readonly filter: ListFilter }
  | { readonly kind: 'organisation'; readonly column: 'orgc_id'; readonly filter: ListFilter }
  | {
      readonly kind: 'organisation-field';
      readonly column: 'sector' | 'local' | 'nationality';
      readonly filter: ListFilter;
    }
  | { readonly kind: 'flag'; readonly column: 'published' | 'protected'; readonly value: boolean }
  | {
      readonly kind: 'number';
      readonly column: 'threat_level_id' | 'analysis' | 'distribution' | 'sharing_group_id' | 'user_id' | 'orgc_id';
      readonly filter: ListFilter;
    }
  | { readonly kind: 'range'; readonly column: 'timestamp' | 'publish_timestamp'; readonly range: TimeRange }
  /** Dates as YYYY-MM-DD, both ends included. */
  | { readonly kind: 'dates'; readonly from: string | null; readonly to: string | null }
  | { readonly kind: 'extends'; readonly filter: ListFilter }
  /** Part of the address of the user who made the event. */
  | { readonly kind: 'creator-email'; readonly text: string }
  /** Whether it has an open proposal, for itself or on an attribute, that the viewer sees. */
  | { readonly kind: 'proposal'; readonly value: boolean }
  /** No event meets it. */
  | { readonly kind: 'nothing' };

/** What an object must meet by its own row. */
export type ObjectCriterion =
  | {
      readonly kind: 'list';
      readonly column: 'name' | 'template_uuid' | 'template_version' | 'uuid';
      readonly filter: ListFilter;
    }
  | { readonly kind: 'range'; readonly column: 'timestamp' | 'first_seen' | 'last_seen'; readonly range: TimeRange };

/** Which rows count by their deletion. */
export type DeletedState = 'live' | 'deleted' | 'both';

/** Tags by name or id: of the event alone, or of the attribute or its event. */
export interface TagCriterion {
  readonly level: 'event' | 'any';
  readonly filter: ListFilter;
}

/** A text looked for in all that an event holds: as MISP's patterns say, or as a part whatever the case. */
export interface Anywhere {
  readonly text: string;
  readonly asPart: boolean;
}

/** A search, read and checked, without its scope's output options. */
export interface SearchCriteria {
  readonly attribute: readonly AttributeCriterion[];
  readonly event: readonly EventCriterion[];
  readonly object: readonly ObjectCriterion[];
  readonly tags: readonly TagCriterion[];
  /** Groups of the event or of the attribute itself. */
  readonly sharingGroups: ListFilter | null;
  /** uuids that may be those of the attribute, its object or its event. */
  readonly uuids: ListFilter | null;
  /** One text looked for everywhere (event info, values, comments, tags). */
  readonly anywhere: Anywhere | null;
  readonly deleted: DeletedState;
}
