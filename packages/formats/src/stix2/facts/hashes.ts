import { pathStep } from '../patterns.ts';

/** The names of a hash: in patterns, on observables of STIX 2.1 and of STIX 2.0, as misp-stix writes them. */
export interface HashNames {
  readonly pattern: string;
  readonly observed21: string;
  readonly observed20: string;
}

function names(pattern: string, observed21 = pattern, observed20 = pattern): HashNames {
  return { pattern, observed21, observed20 };
}

/** By MISP's type. */
export const hashNames: Readonly<Record<string, HashNames>> = {
  md5: names('MD5'),
  sha1: names('SHA-1'),
  sha224: names('SHA-224', 'SHA224'),
  sha256: names('SHA-256'),
  sha384: names('SHA-384', 'SHA384'),
  sha512: names('SHA-512'),
  'sha512/224': names('SHA-224', 'SHA224'),
  'sha512/256': names('SHA-256'),
  'sha3-224': names('SHA3-224', 'SHA3224'),
  'sha3-256': names('SHA3-256'),
  'sha3-384': names('SHA3-384', 'SHA3384'),
  'sha3-512': names('SHA3-512'),
  ssdeep: names('SSDEEP', 'SSDEEP', 'ssdeep'),
  tlsh: names('TLSH'),
  authentihash: names('AUTHENTIHASH'),
  vhash: names('VHASH'),
  imphash: names('IMPHASH'),
  telfhash: names('TELFHASH'),
  pehash: names('PEHASH'),
  impfuzzy: names('IMPFUZZY'),
  cdhash: names('CDHASH'),
};

/** The path of a hash in a pattern: `file:hashes.'SHA-1'`. */
export function hashPath(sco: string, hash: HashNames): string {
  return `${sco}:hashes.${pathStep(hash.pattern)}`;
}

const byName = new Map<string, string>();
for (const [type, { pattern, observed21, observed20 }] of Object.entries(hashNames)) {
  for (const name of [pattern, observed21, observed20]) {
    const key = plainName(name);
    if (!byName.has(key)) byName.set(key, type);
  }
}

/** MISP's type of a hash by the name that any producer gives it; null for an unknown one. */
export function hashTypeOf(name: string): string | null {
  return byName.get(plainName(name)) ?? null;
}

function plainName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
}
