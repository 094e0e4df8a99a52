import { parseTagName } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';

/** Pairs that may stand together although their taxonomy is exclusive: the old and the new name of one marking. */
const TOLERATED = [new Set(['tlp:white', 'tlp:clear'])];

/**
 * Tags that exclude each other share this prefix: `ns` for two-part tags, `ns:predicate` for three-part ones. So an
 * exclusive taxonomy of three-part tags allows one for each predicate, as in MISP. Null for free names.
 */
export function exclusivityPrefix(name: string): string | null {
  const parts = parseTagName(name);
  if (parts === null) return null;
  const { namespace, predicate, value } = parts;
  return (value === null ? namespace : `${namespace}:${predicate}=`).toLowerCase();
}

/** True when `name`, being exclusive, may not join `attached` (names of the same scope: local or global). */
export function excludes(name: string, attached: readonly string[]): boolean {
  const prefix = exclusivityPrefix(name);
  if (prefix === null) return false;
  return attached.some(
    (other) =>
      other.toLowerCase() !== name.toLowerCase() && exclusivityPrefix(other) === prefix && !isTolerated(name, other),
  );
}

function isTolerated(one: string, other: string): boolean {
  return TOLERATED.some((pair) => pair.has(one.toLowerCase()) && pair.has(other.toLowerCase()));
}

/** Those of the names whose taxonomy or predicate demands exclusivity. One statement. */
export async function selectExclusive(tx: Transaction, names: readonly string[]): Promise<Set<string>> {
  const parsed = names.flatMap((name) => {
    const parts = parseTagName(name);
    return parts === null ? [] : [{ name, ...parts }];
  });
  if (parsed.length === 0) return new Set();
  const rows = await tx.query<{ name: string }>(
    `select w.name from unnest($1::text[], $2::text[], $3::text[]) as w (name, namespace, predicate)
     join taxonomies t on lower(t.namespace) = lower(w.namespace)
     left join taxonomy_predicates p on p.taxonomy_id = t.id and lower(p.value) = lower(w.predicate) and p.tag is null
     where t.exclusive or p.exclusive`,
    [
      parsed.map(({ name }) => name),
      parsed.map(({ namespace }) => namespace),
      parsed.map(({ predicate }) => predicate),
    ],
  );
  return new Set(rows.map((row) => row.name));
}
