import type { JsonObject } from '../../../http/lenient.ts';
import { readBoolean } from '../../../http/lenient.ts';
import type { NamedParameters } from '../../../http/path.ts';
import { readDecayWanted, readEventScoresWanted } from '../../knowledge/decaying/scoring.ts';
import { type ReadEventOptions, readDeletedMode } from './read-options.ts';

/** The switches of events/view, from named parameters first, then from the body. */
export function readViewOptions(named: NamedParameters, body: JsonObject): ReadEventOptions {
  const raw = (key: string): unknown => (Object.hasOwn(named, key) ? named[key] : body[key]);
  const flag = (key: string, fallback: boolean): boolean => readBoolean(raw(key)) ?? fallback;
  const conditions: { sql: string; values: (string | boolean)[] }[] = [];
  const toIds = raw('toIDS');
  if (toIds === '1' || toIds === 1) conditions.push({ sql: 'a.to_ids', values: [] });
  if (toIds === '2' || toIds === 2) conditions.push({ sql: 'not a.to_ids', values: [] });
  const text = raw('searchFor');
  if (typeof text === 'string' && text !== '') {
    const part = `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
    conditions.push({
      sql: `(lower(a.value1) like $1 or lower(a.value2) like $1 or lower(a.comment) like $1 or a.type like $1)`,
      values: [part],
    });
  }
  return {
    deleted: readDeletedMode(raw('deleted')),
    metadata: flag('metadata', false),
    attachments: flag('includeAttachments', true),
    excludeLocalTags: flag('excludeLocalTags', false),
    correlations: flag('includeEventCorrelations', true),
    granularCorrelations: flag('includeGranularCorrelations', false),
    relatedTags: flag('includeRelatedTags', false),
    cacheHits: { feeds: flag('includeFeedCorrelations', true), servers: flag('includeServerCorrelations', false) },
    excludeGalaxy: flag('excludeGalaxy', false),
    noEventReports: flag('noEventReports', false),
    noShadowAttributes: flag('noShadowAttributes', false),
    noSightings: flag('noSightings', false),
    sharingGroupReferenceOnly: flag('sgReferenceOnly', false),
    ...(flag('includeWarninglistHits', true) ? { warnings: 'show' } : {}),
    decay: readDecayWanted(raw),
    eventScores: readEventScoresWanted(raw),
    extended: flag('extended', false),
    extensionList: flag('extensionList', false),
    analystData: flag('includeAnalystData', true),
    ...joinConditions(conditions),
  };
}

function joinConditions(
  conditions: readonly { sql: string; values: (string | boolean)[] }[],
): Pick<ReadEventOptions, 'attributes'> {
  if (conditions.length === 0) return {};
  // At most one condition has a value, so its placeholder needs no shift.
  return {
    attributes: {
      sql: conditions.map((condition) => condition.sql).join(' and '),
      values: conditions.flatMap((condition) => condition.values),
    },
  };
}
