import type { Magpie } from '../../../context.ts';
import type { SearchParameters } from '../rest-search/parameters.ts';

/**
 * What formats for detection ask for unless the search does: what is meant for it, of published events, and nothing that
 * is proposed to be deleted where the instance wants that.
 */
export function restriction(magpie: Magpie): Record<string, number> {
  const blocking = magpie.settings.get('MISP.proposals_block_attributes') ? { allow_proposal_blocking: 1 } : {};
  return { to_ids: 1, published: 1, ...blocking };
}

/**
 * The parameters with values for those that were not sent. A parameter that was sent as false or 0 keeps that: it
 * says that the default is not wanted.
 */
export function withDefaults(
  parameters: SearchParameters,
  defaults: Readonly<Record<string, string | number | readonly string[]>>,
): SearchParameters {
  const missing = new Map(
    Object.entries(defaults).filter(([name]) => {
      const sent = parameters.raw(name);
      return sent === undefined || sent === null || sent === '';
    }),
  );
  return {
    scope: parameters.scope,
    get: (name) => missing.get(name) ?? parameters.get(name),
    raw: (name) => missing.get(name) ?? parameters.raw(name),
    has: (name) => missing.has(name) || parameters.has(name),
    flag: (name) => (missing.has(name) ? Number(missing.get(name)) !== 0 : parameters.flag(name)),
  };
}
