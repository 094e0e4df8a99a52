import type { Difference } from './compare.ts';
import type { Exchange } from './recording.ts';

/** A part of an answer that differs on purpose; all others are compared. */
export interface AcceptedPart {
  readonly id: RegExp;
  readonly path: RegExp;
  readonly reason: string;
  readonly when: (difference: Difference, exchange: Exchange) => boolean;
}

const isSurplus = ({ kind, expected }: Difference) => kind === 'keys' && expected === undefined;
const isMissing = ({ kind, actual }: Difference) => kind === 'keys' && actual === undefined;
const isFewer = ({ expected, actual }: Difference) => Number(actual) < Number(expected);
const isPercent = (value: unknown) => /^\d+(\.\d+)?%$/.test(String(value));
const always = () => true;

/** What a member of a recorded item says, as text. */
function said({ expected }: Difference, ...path: readonly string[]): string {
  let value: unknown = expected;
  for (const name of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return String(value);
}

const VERSION = 'the announced version and encodings are those that Magpie has';
const NEGATED = 'MISP 2.5.1 ignores a negated value; Magpie excludes it';
const FILTERED = 'MISP 2.5.1 ignores comment, searchall and quickFilter here; Magpie filters by them';
const TAGGED = 'MISP finds an event by the tag of a deleted attribute; Magpie does not';
const DAY =
  'counts what the instance holds on the day of the replay; the recorded one had also synchronised events, and no whole number';
const DELETED = 'MISP counts soft-deleted attributes too; Magpie counts live ones that the reader sees';

/** Values, and items of lists, that differ in single exchanges. */
export const acceptedValues: readonly AcceptedPart[] = [
  {
    id: /^instance-(00[1-3]|02[1-4])$|^authkeys-017$|^sync-001$/,
    path: /^\/(version|pymisp_recommended_version)$/,
    reason: VERSION,
    when: ({ actual }) => /^\d+\.\d+\.\d+$/.test(String(actual)),
  },
  {
    id: /^instance-(00[12]|02[1-4])$|^authkeys-017$|^sync-001$/,
    path: /^\/(request_encoding\/-|event_index_cursor_v1|collection_sync)$/,
    reason: VERSION,
    when: isSurplus,
  },
  { id: /^instance-007$/, path: /^\/message$/, reason: 'the heartbeat says a sentence chosen at random', when: always },
  {
    id: /^users-049$/,
    path: /^(content-type|\/success)$/,
    reason: 'says that no mail server is set up, as JSON and not as HTML',
    when: always,
  },
  {
    id: /^tags-012$/,
    path: /^\/Tag\/\d+$/,
    reason: 'MISP lists tags that another organisation keeps to itself; Magpie does not',
    when: (difference) => isMissing(difference) && said(difference, 'org_id') !== '0',
  },
  {
    id: /^attributes-071$/,
    path: /^\/[^/]+$/,
    reason: DELETED,
    when: (difference) => isMissing(difference) || isFewer(difference),
  },
  {
    id: /^attributes-072$/,
    path: /^\/[^/]+$/,
    reason: DELETED,
    when: ({ expected, actual }) => isPercent(expected) && isPercent(actual),
  },
  {
    id: /^restsearch_filters-007$/,
    path: /^\/response\/Attribute\/\d+$/,
    reason: NEGATED,
    when: (difference) => isMissing(difference) && said(difference, 'value') === '203.0.113.5',
  },
  { id: /^restsearch_filters-007$/, path: /^x-result-count$/, reason: NEGATED, when: isFewer },
  {
    id: /^restsearch_filters-050$/,
    path: /^\/response\/Attribute\/\d+$/,
    reason: FILTERED,
    when: (difference) => isMissing(difference) && said(difference, 'comment') !== 'c2',
  },
  {
    id: /^restsearch_filters-064$/,
    path: /^\/response\/Attribute\/\d+$/,
    reason: FILTERED,
    when: (difference) => isMissing(difference) && said(difference, 'value') !== 'evil',
  },
  {
    id: /^restsearch_filters-075$/,
    path: /^\/response\/\d+$/,
    reason: FILTERED,
    when: (difference) => isMissing(difference) && !said(difference, 'Event', 'info').includes('evil'),
  },
  { id: /^restsearch_filters-0(50|75)$/, path: /^x-result-count$/, reason: FILTERED, when: isFewer },
  {
    id: /^restsearch_filters-07[67]$/,
    path: /^\/response\/\d+$/,
    reason: TAGGED,
    when: (difference) => isMissing(difference) && said(difference, 'Event', 'info') === 'Attribute playground',
  },
  { id: /^restsearch_filters-07[67]$/, path: /^x-result-count$/, reason: TAGGED, when: isFewer },
  {
    id: /^restsearch_filters-0(76|77|83|91)$/,
    path: /\/attribute_count$/,
    reason: "MISP's stored counter drifts when objects are deleted; Magpie counts",
    when: always,
  },
  {
    id: /^restsearch_filters-0(41|65)$/,
    path: /^x-result-count$/,
    reason: 'one match more: the whole number that attribute_values-036 stored',
    when: ({ expected, actual }) => Number(actual) === Number(expected) + 1,
  },
  {
    id: /^restsearch_filters-059$/,
    path: /\/RelatedAttribute\/-$/,
    reason: 'MISP lists one related attribute an event; Magpie lists all',
    when: isSurplus,
  },
  {
    id: /^delegation-012$/,
    path: /\/id$/,
    reason: 'a transferred event has a new number; what it holds keeps its own, where MISP stores all anew',
    when: always,
  },
  { id: /^user_settings-009$/, path: /^ \(order\)$/, reason: 'a list without order', when: always },
  {
    id: /^statistics-00[13]$/,
    path: /^\/(stats|user\/data)\/\w+$/,
    reason: DAY,
    when: ({ expected, actual }) => typeof expected === typeof actual && /^\d+$/.test(String(actual)),
  },
  {
    id: /^statistics-0(02|11)$/,
    path: /^\/[^/]+\/(orgActivity\/(csv|data\/[\d-]+)|eventCount|attributeCount)$|^\/Gamma Grid\/orgActivity$/,
    reason: DAY,
    when: always,
  },
  {
    id: /^statistics-007$/,
    path: /^\/matrix\/.*\/distribution$/,
    reason: 'clusters of libraries carry no distribution, since PyMISP of July 2026 and later refuses them with one',
    when: isMissing,
  },
  {
    id: /^statistics-007$/,
    path: /^\/matrix\/mobile-attack-iOS\/[\w-]+(\/(-|\d\/GalaxyElement\/-))?$/,
    reason: 'the recording keeps the beginnings of these lists alone; it notes no more than forty such cuts',
    when: isSurplus,
  },
  {
    id: /^statistics-010$/,
    path: /^\/[^/]+$/,
    reason: DAY,
    when: ({ expected, actual }) => [expected, actual].every((value) => value === undefined || isPercent(value)),
  },
  {
    id: /^misc-008$/,
    path: /\/element_count$/,
    reason: 'MISP 2.5.1 lets nobody but site administrators fill or delete collections; Magpie lets their organisation',
    when: ({ expected, actual }) => expected === 0 && actual === 1,
  },
];
