import { type JsonObject, readBoolean } from '../../../http/lenient.ts';
import type { NamedParameters } from '../../../http/path.ts';
import { readDecayWanted, readEventScoresWanted } from '../../knowledge/decaying/scoring.ts';
import { type ReadEventOptions, readDeletedMode } from './read-options.ts';
import { readViewConditions } from './view-conditions.ts';

/**
 * The switches of events/view: named parameters; like MISP, only `deleted` and `extended` are also read from the body.
 * `filterFields` is where `searchFor` looks (`MISP.event_view_filter_fields`).
 */
export function readViewOptions(named: NamedParameters, body: JsonObject, filterFields: string): ReadEventOptions {
  const raw = (key: string): unknown => {
    if (Object.hasOwn(named, key)) return named[key];
    return key === 'deleted' || key === 'extended' ? body[key] : undefined;
  };
  const flag = (key: string, fallback: boolean): boolean => readBoolean(raw(key)) ?? fallback;
  const attributes = readViewConditions(raw, filterFields);
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
    inboundOfRelated: flag('includeAnalystData', true),
    ...(attributes === null ? {} : { attributes }),
  };
}
