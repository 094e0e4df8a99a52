import { shortestAddress } from '@magpie/model';
import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { valueDigest } from '../../intelligence/attributes/value-digest.ts';
import { readExtrasWanted } from './attribute-extras.ts';
import { createAttributeWriter, eventsOfRows } from './attribute-json.ts';
import { at, attributeColumns } from './attribute-select.ts';
import type { TextRow } from './copy-rows.ts';
import type { AttributeCriterion, SearchCriteria } from './criteria.ts';
import { readPattern } from './filter-forms.ts';
import type { Reading } from './held-transaction.ts';
import { readOrder } from './order.ts';
import { readPage, type SearchParameters } from './parameters.ts';
import { readCriteria } from './read-criteria.ts';
import { CLOSING, OPENING, WHOLE_ROWS } from './search-attributes.ts';
import type { SearchHead } from './search-head.ts';
import { createTagTexts, type TagPart } from './tag-texts.ts';
import { oneValueCondition } from './value-condition.ts';

/**
 * The search that sensors send by the thousand: attributes of one exact value, as they are. One prepared statement
 * brings rows, events and tags, and those who ask at the same time share it. Null when the search is another
 * one, or finds too much for an answer in one piece.
 */
export async function searchOneValue(
  magpie: Magpie,
  viewer: Viewer,
  parameters: SearchParameters,
): Promise<Reading<SearchHead> | null> {
  if (asksForMore(parameters)) return null;
  const text = oneValueOf(readCriteria(parameters, magpie.now()));
  // An address in a long notation is looked for in two.
  if (text === null || text !== shortestAddress(text)) return null;
  const rows = await magpie.database.readTogether(viewer, SELECT, [valueDigest(text), text]);
  if (rows.length > WHOLE_ROWS) return null;
  rows.sort((x, y) => Number(x[at.id]) - Number(y[at.id]));
  const json = {
    context: false,
    inheritedTags: false,
    eventUuid: false,
    excludeLocalTags: can(viewer, 'perm_sync') && !can(viewer, 'perm_site_admin'),
  };
  const tags = createTagTexts(rows.flatMap(tagParts));
  const write = createAttributeWriter(json, tags, eventsOfRows(json, tags, new Map()));
  const head = { total: rows.length, hasMore: null };
  return { head, body: OPENING + rows.map((row) => write(row)).join(',') + CLOSING };
}

const columns = attributeColumns({ context: false, eventTags: false });
const SELECT = `select wanted.place, found.*
  from unnest($1::bigint[], $2::text[]) with ordinality as wanted (digest, value, place), lateral (
    select ${columns}, (
        select json_agg(json_build_array(g.id, g.name, g.colour, g.numerical_value, g.is_galaxy))
        from visible_attribute_tags t join visible_tags g on g.id = t.tag_id
        where t.attribute_id = a.id and g.exportable) as tag_parts
    from visible_attributes a join visible_events e on e.id = a.event_id
    where not a.deleted and ${oneValueCondition('a', 'wanted.digest', 'wanted.value')} limit ${WHOLE_ROWS + 1}
  ) found`;

function tagParts(row: TextRow): TagPart[] {
  const parts: [number, string, string, number | null, boolean][] = JSON.parse(row.at(-1) ?? '[]');
  return parts.map(([id, name, colour, numerical_value, is_galaxy]) => ({
    id,
    name,
    colour,
    numerical_value,
    is_galaxy,
  }));
}

/** True when something is asked for that this search does not bring. */
function asksForMore(parameters: SearchParameters): boolean {
  const flags = [
    'includeContext',
    'includeEventTags',
    'includeEventUuid',
    'includeAttributeUuid',
    'includeAllTags',
    'excludeLocalTags',
  ];
  if (flags.some((name) => parameters.flag(name))) return true;
  if (Object.values(readExtrasWanted(parameters)).some((wanted) => wanted)) return true;
  const page = readPage(parameters);
  return page.limit !== null || page.afterId !== null || !readOrder(parameters).byId;
}

/** The text, when the search is for one exact value among live attributes and nothing else. */
function oneValueOf(criteria: SearchCriteria): string | null {
  const { attribute, event, tags, uuids, sharingGroups, anywhere, deleted } = criteria;
  if (event.length > 0 || tags.length > 0 || uuids || sharingGroups || anywhere || deleted !== 'live') return null;
  const [criterion] = attribute;
  return attribute.length === 1 && criterion !== undefined ? exactValueOf(criterion) : null;
}

function exactValueOf(criterion: AttributeCriterion): string | null {
  if (criterion.kind !== 'list' || criterion.column !== 'value') return null;
  const { or, and, not } = criterion.filter;
  const [text = ''] = or;
  // A text with a pipe may be a composite value, which makes another statement.
  const isOne = or.length === 1 && and.length + not.length === 0 && !text.includes('|');
  return isOne && readPattern(text).kind === 'exact' ? text : null;
}
