/**
 * An array in PostgreSQL's text form (PostgreSQL documentation, "Array Input and Output Syntax"), for long lists: the
 * driver's own conversion runs two replacements over every element.
 *
 * An array of nothing but nulls becomes the empty one: behind `unnest` of several arrays the shorter are filled up
 * with nulls.
 */
export function arrayLiteral(values: readonly (string | number | boolean | null)[]): string {
  if (values.every((value) => value === null)) return '{}';
  return `{${values.map(element).join(',')}}`;
}

// Letters, digits and the marks of uuids, hashes, names and numbers stand as they are, but for the word NULL.
const BARE = /^(?!null$)[\w.:/-]+$/i;

function element(value: string | number | boolean | null): string {
  if (value === null) return 'NULL';
  if (typeof value !== 'string') return String(value);
  if (BARE.test(value)) return value;
  return /["\\]/.test(value) ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : `"${value}"`;
}
