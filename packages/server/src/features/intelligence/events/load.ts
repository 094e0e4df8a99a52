import { readUuid } from '@magpie/model';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { readId } from '../../../http/lenient.ts';
import type { TagRow } from '../../knowledge/tags/rows.ts';
import type { DeletedMode, ReadEventOptions } from './read-options.ts';
import type { AttributeRow, ObjectRow, ReferenceRow } from './rows.ts';
import type { EventHeader } from './wire.ts';

/** A tag with the link that attaches it. */
export interface LinkedTag extends Omit<TagRow, 'org_id'> {
  link_id: number;
  event_id: number;
  attribute_id: number;
  local: boolean;
  relationship_type: string;
}

const TAG_COLUMNS = `l.id as link_id, l.event_id, l.local, l.relationship_type, t.id, t.name, t.colour, t.exportable,
  t.user_id, t.hide_tag, t.numerical_value, t.is_galaxy, t.is_custom_galaxy, t.local_only`;

const HEADER = `select e.*, org.name as org_name, org.uuid as org_uuid, org.local as org_local,
       orgc.name as orgc_name, orgc.uuid as orgc_uuid, orgc.local as orgc_local,
       (select coalesce(sum(c.live), 0)::bigint from visible_event_attribute_counts c where c.event_id = e.id) as attribute_count`;
const OWNERS = 'left join organisations org on org.id = e.org_id left join organisations orgc on orgc.id = e.orgc_id';

const OF_EVENTS = (wanted: string) => `exists (select from visible_attribute_tags where event_id ${wanted}) as tags,
       exists (select from visible_proposals where event_id ${wanted} and attribute_id <> 0) as proposals,
       exists (select from visible_proposals where event_id ${wanted} and attribute_id = 0) as "eventProposals",
       exists (select from visible_sightings where event_id ${wanted}) as sightings,
       exists (select from visible_event_reports where event_id ${wanted}) as reports`;
const OF_INSTANCE = `any_analyst_data() as "analystData", exists (select from visible_value_sources) as sources`;

/** Headers of events in the order of their ids; those that are not visible are missing. */
export function loadHeaders(tx: Transaction, ids: readonly number[]): Promise<EventHeader[]> {
  return tx.prepared<EventHeader>(
    `${HEADER} from unnest($1::bigint[]) with ordinality as wanted (id, place)
       join visible_events e on e.id = wanted.id ${OWNERS} order by wanted.place`,
    [ids],
  );
}

/** An event's header with what is to be looked for beside it. */
export interface KnownEvent {
  readonly header: EventHeader;
  readonly holdings: Holdings;
}

/** The event with this id or uuid by one statement; null when it is not visible. */
export async function loadKnownEvent(tx: Transaction, idOrUuid: string | undefined): Promise<KnownEvent | null> {
  const id = readId(idOrUuid);
  const key = id ?? readUuid(idOrUuid);
  if (key === null) return null;
  const [row] = await tx.prepared<EventHeader & { holdings: Holdings }>(
    `${HEADER}, (select to_jsonb(h) from (select ${OF_EVENTS('= e.id')}, ${OF_INSTANCE}) h) as holdings
     from visible_events e ${OWNERS} where e.${id === null ? 'uuid' : 'id'} = $1`,
    [key],
  );
  if (row === undefined) return null;
  const { holdings, ...header } = row;
  return { header, holdings };
}

/** Tags of events, oldest link first. */
export function loadEventTags(
  tx: Transaction,
  ids: readonly number[],
  options: ReadEventOptions,
): Promise<LinkedTag[]> {
  return tx.prepared<LinkedTag>(
    `select ${TAG_COLUMNS}, 0::bigint as attribute_id from visible_event_tags l join visible_tags t on t.id = l.tag_id
     where l.event_id = any ($1::bigint[]) and ($2 or t.exportable) and ($3 or not l.local) order by l.id`,
    [ids, options.includeAllTags ?? false, !options.excludeLocalTags],
  );
}

/** Tags of attributes. */
export function loadAttributeTags(
  tx: Transaction,
  attributeIds: readonly number[],
  options: ReadEventOptions,
): Promise<LinkedTag[]> {
  return tx.prepared<LinkedTag>(
    `select ${TAG_COLUMNS}, l.attribute_id from visible_attribute_tags l join visible_tags t on t.id = l.tag_id
     where l.attribute_id = any ($1::bigint[]) and ($2 or t.exportable) and ($3 or not l.local) order by l.id`,
    [attributeIds, options.includeAllTags ?? false, !options.excludeLocalTags],
  );
}

/** What there is at all of what hangs on events: most have little of it, and then nothing looks for it in vain. */
export interface Holdings {
  tags: boolean;
  proposals: boolean;
  eventProposals: boolean;
  sightings: boolean;
  reports: boolean;
  /** On the whole instance: notes and the like, and caches of feeds and connected instances. */
  analystData: boolean;
  sources: boolean;
}

/** What is looked for where nobody asked. */
export const EVERYTHING: Holdings = {
  ...{ tags: true, proposals: true, eventProposals: true, sightings: true, reports: true },
  ...{ analystData: true, sources: true },
};

/** Asks once what hangs on the attributes of events, or (`eventProposals`) on the events themselves. */
export async function loadHoldings(tx: Transaction, eventIds: readonly number[]): Promise<Holdings> {
  const [holdings] = await tx.prepared<Holdings>(`select ${OF_EVENTS('= any ($1::bigint[])')}`, [eventIds]);
  return { ...EVERYTHING, ...holdings };
}

/** A window on the elements of some events: those behind `afterId`, at most `limit`. */
export interface Window {
  afterId: number;
  limit: number;
}

/** Attributes of events in the order of their ids; `members` picks those of objects or those outside. */
export function loadAttributes(
  tx: Transaction,
  eventIds: readonly number[],
  members: 'all' | 'outside-objects' | { objectIds: readonly number[] },
  deleted: DeletedMode,
  options: ReadEventOptions,
  window?: Window,
): Promise<AttributeRow[]> {
  const values: SqlValue[] = [eventIds];
  const conditions = ['a.event_id = any ($1::bigint[])', ...deletedCondition('a', deleted)];
  if (members === 'outside-objects') conditions.push('a.object_id = 0');
  else if (members !== 'all') conditions.push(`a.object_id = any ($${values.push(members.objectIds)}::bigint[])`);
  if (options.attributes) conditions.push(renumber(options.attributes.sql, options.attributes.values, values));
  if (window) conditions.push(`a.id > $${values.push(window.afterId)}`);
  const limit = window ? ` limit $${values.push(window.limit)}` : '';
  return tx.prepared<AttributeRow>(
    `select a.* from visible_attributes a where ${conditions.join(' and ')} order by a.id${limit}`,
    values,
  );
}

/** Objects of events in the order of their ids. */
export function loadObjects(
  tx: Transaction,
  eventIds: readonly number[],
  deleted: DeletedMode,
  window?: Window,
): Promise<ObjectRow[]> {
  const values: SqlValue[] = [eventIds];
  const conditions = ['o.event_id = any ($1::bigint[])', ...deletedCondition('o', deleted)];
  if (window) conditions.push(`o.id > $${values.push(window.afterId)}`);
  const limit = window ? ` limit $${values.push(window.limit)}` : '';
  return tx.prepared<ObjectRow>(
    `select o.* from visible_objects o where ${conditions.join(' and ')} order by o.id${limit}`,
    values,
  );
}

/** References of objects, with a short form of every target that the viewer sees. */
export async function loadReferences(
  tx: Transaction,
  objectIds: readonly number[],
  deleted: DeletedMode,
): Promise<{ references: ReferenceRow[]; attributes: Map<string, AttributeRow>; objects: Map<string, ObjectRow> }> {
  if (objectIds.length === 0) return { references: [], attributes: new Map(), objects: new Map() };
  const references = await tx.prepared<ReferenceRow>(
    `select r.* from visible_object_references r where r.object_id = any ($1::bigint[])
     ${deletedCondition('r', deleted)
       .map((condition) => `and ${condition}`)
       .join(' ')} order by r.id`,
    [objectIds],
  );
  const uuids = references.map((reference) => reference.referenced_uuid);
  if (uuids.length === 0) return { references, attributes: new Map(), objects: new Map() };
  const attributes = await tx.prepared<AttributeRow>('select * from visible_attributes where uuid = any ($1::uuid[])', [
    uuids,
  ]);
  const objects = await tx.prepared<ObjectRow>('select * from visible_objects where uuid = any ($1::uuid[])', [uuids]);
  return {
    references,
    attributes: new Map(attributes.map((row) => [row.uuid, row])),
    objects: new Map(objects.map((row) => [row.uuid, row])),
  };
}

/** Files of attributes by attribute id. */
export async function loadFiles(tx: Transaction, attributeIds: readonly number[]): Promise<Map<number, Buffer>> {
  const rows = await tx.query<{ attribute_id: number; sha256: Buffer }>(
    'select attribute_id, sha256 from visible_attachments where attribute_id = any ($1::bigint[])',
    [attributeIds],
  );
  return new Map(rows.map((row) => [row.attribute_id, row.sha256]));
}

function deletedCondition(alias: string, mode: DeletedMode): string[] {
  if (mode === 'both') return [];
  return [mode === 'live' ? `not ${alias}.deleted` : `${alias}.deleted`];
}

/** Appends `values` to `target` and shifts the placeholders of `sql` accordingly. */
function renumber(sql: string, values: readonly SqlValue[], target: SqlValue[]): string {
  const offset = target.length;
  target.push(...values);
  return sql.replaceAll(/\$(\d+)/g, (_match, digits: string) => `$${Number(digits) + offset}`);
}
