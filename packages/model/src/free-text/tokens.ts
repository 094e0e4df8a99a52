// biome-ignore lint/suspicious/noControlCharactersInRegex: they separate words.
const controlOrNoBreakSpace = /[\x00-\x1f\x7f\u00a0]/g;
const trimmed = new Set(["'", '"', '.', ',', '(', ')', ' ', '\t', '\n', '\r']);

/**
 * The words of a text that may be indicators, in order, quoted strings first
 * and whole. A JSON object gives each of its texts whole, then its words.
 */
export function* findTokens(text: string): Generator<string> {
  const root = text.trimStart().startsWith('{') ? parseJson(text) : undefined;
  if (root === undefined) {
    yield* textTokens(text);
    return;
  }
  for (const leaf of jsonLeaves(root)) {
    yield leaf;
    yield* textTokens(leaf);
  }
}

function* textTokens(text: string): Generator<string> {
  const plain = text.replace(controlOrNoBreakSpace, ' ');
  for (const [, quoted = ''] of plain.matchAll(/"([^"]+)"/g)) yield* nonEmpty(trimToken(quoted));
  for (const word of plain.split(/[\s,<>;]+/)) yield* nonEmpty(trimToken(word));
}

function* nonEmpty(token: string): Generator<string> {
  if (token !== '') yield token;
}

function trimToken(token: string): string {
  let start = 0;
  let end = token.length;
  while (start < end && trimmed.has(token.charAt(start))) start += 1;
  while (end > start && trimmed.has(token.charAt(end - 1))) end -= 1;
  return token.slice(start, end);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Text that merely starts with a brace is read as text.
    return undefined;
  }
}

/** Texts and fractions inside a value, in order. Iterative: depth is up to the sender. */
function* jsonLeaves(root: unknown): Generator<string> {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') yield* nonEmpty(value);
    else if (typeof value === 'number' && !Number.isInteger(value)) yield String(value);
    else if (typeof value === 'object' && value !== null) {
      for (const child of Object.values(value).reverse()) pending.push(child);
    }
  }
}
