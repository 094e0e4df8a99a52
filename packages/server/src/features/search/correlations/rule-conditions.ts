/** SQL that is true for two events, by their aliases, that no rule keeps apart. */
export function isNotKeptApart(one: string, other: string): string {
  const both = (test: (event: string) => string) => `${test(one)} and ${test(other)}`;
  return `not exists (select from correlation_rules r where case r.selector_type
    when 'orgc_id' then ${both((event) => `${event}.orgc_id = any (r.ids)`)}
    when 'org_id' then ${both((event) => `${event}.org_id = any (r.ids)`)}
    when 'event_id' then ${both((event) => `${event}.id = any (r.ids)`)}
    else ${both((event) => `lower(${event}.info) like any (r.patterns)`)} end)`;
}

/** A value with `%` at its ends as a pattern of LIKE; all else stands for itself. */
export function wildEndsPattern(value: string): string {
  const starts = value.startsWith('%');
  const ends = value.length > 1 && value.endsWith('%');
  const inner = value.slice(starts ? 1 : 0, ends ? -1 : undefined).replaceAll(/[\\%_]/g, '\\$&');
  return `${starts ? '%' : ''}${inner}${ends ? '%' : ''}`;
}
