import type { Found, Look } from './kinds.ts';

/** Attributes of the value, and fingerprints of their objects, that are looked at. */
const MAX_OWN = 1000;

/**
 * Types of digests that tell how a file is built rather than what it holds: files of one kit share them. By pivot; each
 * with its form beside a file name (MISP's attribute types).
 */
export const fingerprintTypes = {
  'same-imphash': ['imphash'],
  'same-vhash': ['vhash'],
  'same-structure': ['pehash', 'authentihash', 'impfuzzy', 'telfhash', 'cdhash', 'dom-hash', 'favicon-mmh3'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

// The value's own fingerprint is among those of the attributes that hold it; those beside it describe the same file.
const SAME = `
  with own as (
    (select id, object_id from visible_attributes where h1 = any ($1::bigint[]) and correlates > 0 limit ${MAX_OWN})
    union
    (select id, object_id from visible_attributes where h2 = any ($1::bigint[]) and correlates = 2 limit ${MAX_OWN})
  ), described as (
    select id from own
    union
    (select a.id from visible_attributes a where a.object_id <> 0 and a.object_id in (select object_id from own)
      limit ${MAX_OWN})
  ), prints as (
    select distinct case when a.type like '%|%' then a.h2 else a.h1 end as h
    from visible_attributes a where a.id in (select id from described) and a.type = any ($3::text[]) and a.correlates > 0
  )
  select id from (
    (select a.id from prints join visible_attributes a on a.h1 = prints.h
      where a.type = any ($3::text[]) and a.type not like '%|%' and a.correlates > 0 order by a.id limit $2)
    union
    (select a.id from prints join visible_attributes a on a.h2 = prints.h
      where a.type = any ($3::text[]) and a.type like '%|%' and a.correlates = 2 order by a.id limit $2)
  ) found order by id limit $2`;

/** Attributes of the given types whose digest is that of the value, or of a file that an object with the value describes. */
export async function sameFingerprints(
  { magpie, tx }: Look,
  halves: readonly string[],
  types: readonly string[],
  most: number,
): Promise<readonly Found[]> {
  if (!magpie.settings.get('Magpie.pivot_fingerprints')) return [];
  return tx.prepared<{ id: number }>(SAME, [halves, most, types.flatMap((type) => [type, `filename|${type}`])]);
}
