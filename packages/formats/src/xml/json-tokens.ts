/** What JSON text consists of. Names and strings are decoded; numbers keep their text. */
export type JsonToken =
  | { readonly kind: 'open' | 'close'; readonly of: 'list' | 'map' }
  | { readonly kind: 'name' | 'string' | 'number'; readonly text: string }
  | { readonly kind: 'true' | 'false' | 'null' };

const SPACES = /[\s,:]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const WORD = /[-+.\w]+/y;

/**
 * Takes JSON text (RFC 8259) that comes in pieces apart, so that a document of any size can be walked. It is for our own
 * documents: what is no JSON is not told apart from what is, beyond that it ends with an error. Memory is bounded by the
 * longest string.
 */
export async function* jsonTokens(pieces: AsyncIterable<string | Buffer>): AsyncGenerator<JsonToken[]> {
  const decoder = new TextDecoder();
  const inMap: boolean[] = [];
  // In a map a string is a name unless one has just been.
  let isNamed = false;
  let rest = '';

  function take(isLast: boolean): JsonToken[] {
    const tokens: JsonToken[] = [];
    let at = 0;
    for (;;) {
      SPACES.lastIndex = at;
      SPACES.exec(rest);
      at = Math.max(at, SPACES.lastIndex);
      if (at >= rest.length) break;
      const found = next(at, isLast);
      if (found === null) break;
      tokens.push(found.token);
      at = found.end;
    }
    rest = rest.slice(at);
    return tokens;
  }

  function next(at: number, isLast: boolean): { token: JsonToken; end: number } | null {
    const letter = rest[at];
    if (letter === '{' || letter === '[') {
      inMap.push(letter === '{');
      isNamed = false;
      return { token: { kind: 'open', of: letter === '{' ? 'map' : 'list' }, end: at + 1 };
    }
    if (letter === '}' || letter === ']') {
      inMap.pop();
      isNamed = false;
      return { token: { kind: 'close', of: letter === '}' ? 'map' : 'list' }, end: at + 1 };
    }
    if (letter === '"') return string(at);
    WORD.lastIndex = at;
    const word = WORD.exec(rest)?.[0];
    if (word === undefined) throw new Error('unexpected character in JSON');
    // A number may go on in the next piece.
    if (at + word.length === rest.length && !isLast) return null;
    isNamed = false;
    return { token: wordToken(word), end: at + word.length };
  }

  function string(at: number): { token: JsonToken; end: number } | null {
    STRING.lastIndex = at;
    const found = STRING.exec(rest)?.[0];
    if (found === undefined) return null;
    const text: unknown = found.includes('\\') ? JSON.parse(found) : found.slice(1, -1);
    const isName = inMap.at(-1) === true && !isNamed;
    isNamed = isName;
    return { token: { kind: isName ? 'name' : 'string', text: String(text) }, end: at + found.length };
  }

  for await (const piece of pieces) {
    rest += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    const tokens = take(false);
    if (tokens.length > 0) yield tokens;
  }
  const last = take(true);
  if (last.length > 0) yield last;
  if (rest !== '' || inMap.length > 0) throw new Error('JSON ended early');
}

function wordToken(word: string): JsonToken {
  if (word === 'true' || word === 'false' || word === 'null') return { kind: word };
  return { kind: 'number', text: word };
}
