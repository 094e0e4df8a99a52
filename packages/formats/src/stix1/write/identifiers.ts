import type { Json } from '../../stix2/json.ts';

/** A CVE number, or in the title what is none: the schema takes no other. */
export function identified(id: string | undefined): Json {
  if (id === undefined) return {};
  return /^CVE-\d{4}-\d+$/.test(id) ? { cve_id: id } : { title: id };
}

/** A CWE number, or in the description what is none. */
export function weaknessId(id: string): Json {
  return /^CWE-\d+$/.test(id) ? { cwe_id: id } : { description: id };
}
