import { isObject } from '../../../http/lenient.ts';
import type { SelectedOrganisation } from './service.ts';

/**
 * A server's rules with the organisations in place of those that were there. Unlike MISP, which writes uuids that
 * never match, in the form that the rules compare: names for pulling, local ids for pushing.
 */
export function withOrganisations(
  rules: string,
  type: 'pull' | 'push',
  rule: 'OR' | 'NOT',
  organisations: readonly SelectedOrganisation[],
): string {
  const parsed: unknown = JSON.parse(rules);
  const stored = isObject(parsed) ? parsed : {};
  const pair = isObject(stored.orgs) ? stored.orgs : { OR: [], NOT: [] };
  const named = organisations.map((organisation) => (type === 'pull' ? organisation.name : String(organisation.id)));
  return JSON.stringify({ ...stored, orgs: { ...pair, [rule]: named } });
}
