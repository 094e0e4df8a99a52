import type { SqlValue } from '../../../database/transaction.ts';
import type { NamedParameters } from '../../../http/path.ts';

const INACTIVE_SECONDS = 30 * 24 * 3600;

/** Conditions over u, r and o with their values. */
export interface Conditions {
  conditions: string[];
  values: SqlValue[];
}

/** Flags that can be asked for by name. */
const flagFilters: Readonly<Record<string, string>> = {
  searchautoalert: 'u.autoalert',
  searchcontactalert: 'u.contactalert',
  searchtermsaccepted: 'u.termsaccepted',
  searchdisabled: 'u.disabled',
};
/** Texts: names of the filter, and the columns searched for a part of it. */
const textFilters: Readonly<Record<string, readonly string[]>> = {
  value: ['u.email', 'r.name', 'o.name'],
  searchall: ['u.email', 'r.name', 'o.name'],
  searchemail: ['u.email'],
};
/** Names or ids. */
const referenceFilters: Readonly<Record<string, { id: string; name: string }>> = {
  searchrole: { id: 'u.role_id', name: 'r.name' },
  searchorg: { id: 'u.org_id', name: 'o.name' },
};

/**
 * The filters of admin/users/index. They come in the URL only, as in MISP; `a|b` is either, `!a` is not. Unknown
 * names are ignored; the column names above are the only ones that reach the statement.
 */
export function readUserFilters(named: NamedParameters, nowSeconds: number): Conditions {
  const found: Conditions = { conditions: [], values: [] };
  for (const [name, value] of Object.entries(named)) {
    const terms = (Array.isArray(value) ? value : value.split('|'))
      .map((term) => term.trim())
      .filter((term) => term !== '');
    const texts = own(textFilters, name);
    const reference = own(referenceFilters, name);
    const flag = own(flagFilters, name);
    if (terms.length === 0) continue;
    if (texts) addTerms(found, terms, (term) => contains(found, texts, term));
    else if (reference) addTerms(found, terms, (term) => refersTo(found, reference, term));
    else if (flag && typeof value === 'string') found.conditions.push(value === '1' ? flag : `not ${flag}`);
    else if (name === 'searchinactive' && value === '1') {
      found.conditions.push(`u.current_login < ${bind(found, nowSeconds - INACTIVE_SECONDS)}`);
    }
  }
  return found;
}

// A filter called `constructor` is not one of ours.
function own<T>(filters: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(filters, name) ? filters[name] : undefined;
}

function addTerms(found: Conditions, terms: readonly string[], condition: (term: string) => string): void {
  const wanted = terms.filter((term) => !term.startsWith('!'));
  if (wanted.length > 0) found.conditions.push(`(${wanted.map(condition).join(' or ')})`);
  for (const term of terms.filter((text) => text.startsWith('!') && text.length > 1)) {
    found.conditions.push(`not (${condition(term.slice(1))})`);
  }
}

function contains(found: Conditions, columns: readonly string[], term: string): string {
  const parameter = bind(found, term.toLowerCase());
  return `(${columns.map((column) => `position(${parameter} in lower(${column})) > 0`).join(' or ')})`;
}

function refersTo(found: Conditions, columns: { id: string; name: string }, term: string): string {
  return /^\d{1,15}$/.test(term)
    ? `${columns.id} = ${bind(found, Number(term))}`
    : `lower(${columns.name}) = ${bind(found, term.toLowerCase())}`;
}

function bind(found: Conditions, value: SqlValue): string {
  found.values.push(value);
  return `$${found.values.length}`;
}
