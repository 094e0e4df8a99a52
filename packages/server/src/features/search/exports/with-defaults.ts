import type { SearchParameters } from '../rest-search/parameters.ts';

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
