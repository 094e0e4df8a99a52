import type { Magpie } from '../../../context.ts';
import type { AttributeCriterion, SearchCriteria } from './criteria.ts';
import type { SearchParameters } from './parameters.ts';
import { readCriteria } from './read-criteria.ts';

const BLOCKING = new Set<string>(['type', 'category', 'object_relation']);

/**
 * What a search asks for under the settings of now: with `MISP.attribute_filters_block_only` what it says of types,
 * categories and object relations only takes events away. Throws `BadRequest` as `readCriteria`.
 */
export function searchCriteria({ settings, now }: Magpie, parameters: SearchParameters): SearchCriteria {
  const criteria = readCriteria(parameters, now());
  if (parameters.scope !== 'events' || !settings.get('MISP.attribute_filters_block_only')) return criteria;
  return { ...criteria, attribute: criteria.attribute.flatMap(blockingAlone) };
}

function blockingAlone(criterion: AttributeCriterion): AttributeCriterion[] {
  if (criterion.kind !== 'list' || !BLOCKING.has(criterion.column)) return [criterion];
  const filter = { ...criterion.filter, or: [] };
  return filter.and.length + filter.not.length === 0 ? [] : [{ ...criterion, filter }];
}
