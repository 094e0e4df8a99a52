/** A text as it stands between the quotes of a STIX pattern (STIX 2.1, section 9.3). */
function escapePattern(value: string): string {
  return value.includes('\\') || value.includes("'") ? value.replaceAll('\\', '\\\\').replaceAll("'", "\\'") : value;
}

/** One comparison: `domain-name:value = 'evil.example'`. */
export function equals(path: string, value: string): string {
  return `${path} = '${escapePattern(value)}'`;
}

/** A step of an object path, in quotes where it holds more than letters, digits and underscores. */
export function pathStep(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${escapePattern(name)}'`;
}
