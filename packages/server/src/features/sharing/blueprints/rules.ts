import { readUuid } from '@magpie/model';
import type { SqlValue } from '../../../database/transaction.ts';
import { Invalid } from '../../../errors.ts';
import { isObject, type JsonObject, readId, readList } from '../../../http/lenient.ts';

/** A condition on organisations, alias `o`. */
export interface OrganisationCondition {
  sql: string;
  values: SqlValue[];
}

const MAX_DEPTH = 10;
const MAX_SELECTORS = 2000;
const MAX_TEXT = 500_000;

/** Selectors of organisations, and what their values are compared with. */
const columns: Readonly<Record<string, { sql: string; kind: 'id' | 'uuid' | 'text' }>> = {
  org_id: { sql: 'o.id = any(?::bigint[])', kind: 'id' },
  org_uuid: { sql: 'o.uuid = any(?::uuid[])', kind: 'uuid' },
  org_name: { sql: 'o.name = any(?::text[])', kind: 'text' },
  org_nationality: { sql: 'o.nationality = any(?::text[])', kind: 'text' },
  org_sector: { sql: 'o.sector = any(?::text[])', kind: 'text' },
  org_type: { sql: 'o.type = any(?::text[])', kind: 'text' },
  sharing_group_id: { sql: membership('g.id = any(?::bigint[])'), kind: 'id' },
  sharing_group_uuid: { sql: membership('g.uuid = any(?::uuid[])'), kind: 'uuid' },
};

/** Of groups whose members the viewer may see: all that he sees, or where members are hidden those of his own. */
function membership(condition: string): string {
  return `exists (select from visible_sharing_group_organisations m
    join visible_sharing_groups g on g.id = m.sharing_group_id
    where m.org_id = o.id and ${condition} and (not $1::boolean or (select current_setting('magpie.site_admin')) = 'yes'
      or g.org_id = (select current_setting('magpie.organisation'))::bigint))`;
}

/** Reads rules as text or object; gives them back as the text that is stored. Throws `Invalid`. */
export function checkRules(given: unknown): string {
  const rules = typeof given === 'string' ? parse(given) : given;
  if (!isObject(rules)) throw refused('Expected a JSON object.');
  compileRules(rules, true);
  const text = JSON.stringify(rules, null, 4);
  if (text.length > MAX_TEXT) throw refused('The rules are too long.');
  return text;
}

/**
 * The condition that stored rules state. Nested `OR`, `AND`, `NOT` hold selectors; the top level is an `OR`; `NOT` beside
 * others takes away from what they select, and holds no further booleans. `membersAreHidden` (`$1`): by
 * Security.hide_organisations_in_sharing_groups, rules tell no members of groups of others. Throws `Invalid`.
 */
export function compileRules(rules: JsonObject, membersAreHidden: boolean): OrganisationCondition {
  const values: SqlValue[] = [membersAreHidden];
  let selectors = 0;

  function selector(name: string, given: unknown): string {
    const column = columns[name];
    if (column === undefined || !Object.hasOwn(columns, name)) throw refused(`Unknown selector ${name}.`);
    selectors += 1;
    if (selectors > MAX_SELECTORS) throw refused('There are too many selectors.');
    const list = (readList(given) ?? []).flatMap((value) => readValue(column.kind, value) ?? []);
    return column.sql.replace('?', `$${values.push(list)}`);
  }

  function block(content: unknown, join: 'or' | 'and', depth: number): string {
    if (!isObject(content)) throw refused('OR, AND and NOT hold objects.');
    if (depth > MAX_DEPTH) throw refused('The rules are nested too deep.');
    const parts: string[] = [];
    const exclusions: string[] = [];
    for (const [name, value] of Object.entries(content)) {
      if (name === 'OR') parts.push(block(value, 'or', depth + 1));
      else if (name === 'AND') parts.push(block(value, 'and', depth + 1));
      else if (name === 'NOT') exclusions.push(exclusion(value));
      else parts.push(selector(name, value));
    }
    const selected = parts.length === 0 ? 'false' : `(${parts.join(` ${join} `)})`;
    return exclusions.length === 0 ? selected : `(${selected} and not (${exclusions.join(' or ')}))`;
  }

  function exclusion(content: unknown): string {
    if (!isObject(content)) throw refused('NOT holds an object.');
    const parts = Object.entries(content).map(([name, value]) => selector(name, value));
    return parts.length === 0 ? 'false' : `(${parts.join(' or ')})`;
  }

  // The first value has to stand in the statement, whatever the rules select by.
  return { sql: `($1::boolean is not null and ${block(rules, 'or', 0)})`, values };
}

function readValue(kind: 'id' | 'uuid' | 'text', value: unknown): string | number | null {
  if (kind === 'id') return readId(value);
  if (kind === 'uuid') return readUuid(value);
  return typeof value === 'string' ? value : null;
}

function parse(text: string): unknown {
  if (text.length > MAX_TEXT) throw refused('The rules are too long.');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused(`Not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function refused(message: string): Invalid {
  return new Invalid('', { rules: [message] });
}
