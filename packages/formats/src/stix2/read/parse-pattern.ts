/** One comparison of a STIX pattern. */
export interface Comparison {
  /** Type of the observable. */
  readonly sco: string;
  /** Path within it, quotes removed: `hashes.SHA-1`, `to_refs[*].value`. */
  readonly path: string;
  readonly operator: '=' | 'IN' | 'LIKE';
  readonly values: readonly string[];
}

/** What a pattern says, as far as MISP can hold it. */
export interface ParsedPattern {
  readonly comparisons: readonly Comparison[];
  /** `OR` stands somewhere between the comparisons. */
  readonly hasOr: boolean;
}

/** Patterns longer than this, or with more comparisons, are kept as text. */
const MOST_LENGTH = 1_000_000;
const MOST_COMPARISONS = 2000;

// A run of letters and digits is one token or none: taken to pieces, each piece would look through all of the rest.
const TOKEN =
  /\s*(?:(\[|\]|\(|\))|(t?'(?:[^'\\]|\\.)*')|([a-zA-Z0-9][\w-]*:(?:'(?:[^'\\]|\\.)*'|\[(?:\d+|\*)\]|[\w.-])+)|(!=|<=|>=|=|<|>)|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w-])|([A-Za-z]+)(?![\w-])|(,))/y;

/**
 * Takes a STIX pattern apart (STIX 2.1, section 9) where it is a plain combination of equalities: null for anything
 * that compares otherwise, negates, or says what follows what, and for what is no pattern.
 */
export function parsePattern(pattern: string): ParsedPattern | null {
  if (pattern.length > MOST_LENGTH) return null;
  const tokens = tokenise(pattern);
  if (tokens === null) return null;
  const comparisons: Comparison[] = [];
  let hasOr = false;
  let depth = 0;
  let position = 0;
  while (position < tokens.length) {
    const token = tokens[position];
    if (token === undefined) return null;
    position += 1;
    if (token.kind === 'bracket') {
      depth += token.text === '[' || token.text === '(' ? 1 : -1;
      if (depth < 0) return null;
    } else if (token.kind === 'word') {
      if (token.text === 'OR') hasOr = true;
      else if (token.text !== 'AND') return null;
    } else if (token.kind === 'path') {
      const read = readComparison(tokens, position, token.text);
      if (read === null || comparisons.length >= MOST_COMPARISONS) return null;
      comparisons.push(read.comparison);
      position = read.position;
    } else return null;
  }
  return depth === 0 && comparisons.length > 0 ? { comparisons, hasOr } : null;
}

interface Token {
  readonly kind: 'bracket' | 'text' | 'path' | 'operator' | 'number' | 'word' | 'comma';
  readonly text: string;
}

const kinds = ['bracket', 'text', 'path', 'operator', 'number', 'word', 'comma'] as const;

function tokenise(pattern: string): Token[] | null {
  const tokens: Token[] = [];
  const end = pattern.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(pattern);
    if (match === null) return null;
    const index = kinds.findIndex((_kind, at) => match[at + 1] !== undefined);
    const kind = kinds[index];
    if (kind === undefined) return null;
    tokens.push({ kind, text: match[index + 1] ?? '' });
  }
  return tokens;
}

function readComparison(
  tokens: readonly Token[],
  start: number,
  path: string,
): { comparison: Comparison; position: number } | null {
  const operator = tokens[start]?.text;
  const colon = path.indexOf(':');
  const named = { sco: path.slice(0, colon), path: plainPath(path.slice(colon + 1)) };
  if (operator === '=' || operator === 'LIKE') {
    const value = literal(tokens[start + 1]);
    return value === null ? null : { comparison: { ...named, operator, values: [value] }, position: start + 2 };
  }
  if (operator !== 'IN' || tokens[start + 1]?.text !== '(') return null;
  const values: string[] = [];
  let position = start + 2;
  for (;;) {
    const value = literal(tokens[position]);
    const next = tokens[position + 1]?.text;
    if (value === null || values.length >= MOST_COMPARISONS) return null;
    values.push(value);
    position += 2;
    if (next === ')') return { comparison: { ...named, operator, values }, position };
    if (next !== ',') return null;
  }
}

function literal(token: Token | undefined): string | null {
  if (token?.kind === 'number') return token.text;
  if (token?.kind === 'word' && /^(?:true|false)$/i.test(token.text)) return token.text.toLowerCase();
  if (token?.kind !== 'text') return null;
  return token.text.replace(/^t?'|'$/g, '').replaceAll(/\\(.)/gs, '$1');
}

function plainPath(path: string): string {
  return path.replaceAll(/'((?:[^'\\]|\\.)*)'/gs, (_match, inner: string) => inner.replaceAll(/\\(.)/gs, '$1'));
}
